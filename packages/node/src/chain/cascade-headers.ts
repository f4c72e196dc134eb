import {
  blockWeight,
  type Cascade,
  type CascadeBlock,
  decode,
  encode,
  type NetworkParameters,
  superLevel,
  TxHeader,
  thinCascade,
  txpowId,
  type WeighedBlock,
  type Weight,
  ZERO_WEIGHT,
} from '@minipolis/minima'
import type { RootStore } from '../store/index.ts'

/** A block of the cascade: its header, and what the rules and the thinning look at. */
export interface CascadeHeader extends CascadeBlock, WeighedBlock {
  readonly header: TxHeader
}

/** The blocks below the root of the tree, thinned out with depth. */
export class CascadeHeaders {
  readonly #parameters: NetworkParameters
  #blocks: readonly CascadeHeader[] = []
  #weight: Weight = ZERO_WEIGHT

  constructor(parameters: NetworkParameters) {
    this.#parameters = parameters
  }

  /** From the tip back. */
  get blocks(): readonly CascadeHeader[] {
    return this.#blocks
  }

  /** Sum of the blocks' weights at their levels. */
  get weight(): Weight {
    return this.#weight
  }

  /** The wire object. */
  get cascade(): Cascade {
    return { nodes: this.#blocks.map(({ header, level }) => ({ txpow: { header, body: null }, level })) }
  }

  /** Puts blocks that left the tree on top, oldest first, and thins out the rest. */
  append(headers: readonly TxHeader[]): void {
    this.#thin([...headers.map((header) => toBlock(header, 0)).reverse(), ...this.#blocks])
  }

  /** Takes another cascade in place of this one. Bodies are dropped, levels and weights computed anew. */
  replace({ nodes }: Cascade): void {
    this.#thin(nodes.map(({ txpow, level }) => toBlock(detached(txpow.header), level)))
  }

  load(store: RootStore): void {
    this.#thin(store.cascade().map(({ level, header }) => toBlock(decode(TxHeader, header), level)))
  }

  save(store: RootStore): void {
    store.setCascade(
      this.#blocks.map(({ header, level }) => ({
        number: Number(header.blockNumber.toBigInt()),
        level,
        header: () => encode(TxHeader, header),
      })),
    )
  }

  #thin(blocks: readonly CascadeHeader[]): void {
    const thinned = thinCascade(blocks, this.#parameters)
    this.#blocks = thinned.blocks
    this.#weight = thinned.weight
  }
}

function toBlock(header: TxHeader, level: number): CascadeHeader {
  const id = txpowId({ header, body: null })
  return { id, header, level, superLevel: superLevel(id, header.blockDifficulty), weight: blockWeight(id, header) }
}

const detached = (header: TxHeader): TxHeader => decode(TxHeader, encode(TxHeader, header))
