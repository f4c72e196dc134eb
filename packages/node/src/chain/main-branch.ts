import {
  applyTxBlock,
  decode,
  fromHex,
  isTransaction,
  type MMREntry,
  TxBlock,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import { PLACE, type Store, type StoredBlock } from '../store/index.ts'
import type { BlockTree } from './block-tree.ts'

/** A block of the main branch, in the tree or in the archive. */
export interface MainBlock {
  readonly number: number
  /** Hex. */
  readonly id: string
  /** Milliseconds since 1970, as the miner claims. */
  readonly timeMs: bigint
  readonly txpow: TxPoW
  /** Peaks of the coin MMR after the block, highest row first. */
  readonly peaks: readonly MMREntry[]
}

/** Where a TxPoW stands on the main branch. */
export interface Inclusion {
  readonly block: MainBlock
  /** `own`: the block's own transaction; `listed`: one of its listed ids. */
  readonly as: 'own' | 'listed'
}

/** Reads blocks of the main branch, from the tip down to the oldest that is kept. */
export class MainBranch {
  readonly #store: Store
  readonly #tree: () => BlockTree

  constructor(store: Store, tree: () => BlockTree) {
    this.#store = store
    this.#tree = tree
  }

  byNumber(number: number): MainBlock | undefined {
    const stored = this.#stored(number)
    return stored && toMainBlock(stored)
  }

  byId(id: string): MainBlock | undefined {
    const stored = this.#store.blocks.get(fromHex(id))
    return stored !== undefined && this.#isMain(stored) ? toMainBlock(stored) : undefined
  }

  /** Blocks from `from` to `to`, both included, oldest first; those that are kept. */
  range(from: number, to: number): MainBlock[] {
    const { root } = this.#tree()
    if (root === undefined) return []
    const stored = from < root.number ? this.#store.blocks.archivedRange(from, Math.min(to, root.number - 1)) : []
    for (const { id, number } of this.#tree().mainFrom(from)) {
      if (number > to) break
      stored.push(this.#store.blocks.get(id)!)
    }
    const blocks = stored.map(({ txblock }) => decode(TxBlock, txblock))
    // A block starts from the peaks that the one before left; only the last has to be applied.
    return stored.map((block, i) => toMainBlock(block, blocks[i]!, blocks[i + 1]?.previousPeaks))
  }

  /** The TxBlock of a main branch block. */
  txblock(number: number): TxBlock | undefined {
    const stored = this.#stored(number)
    return stored && decode(TxBlock, stored.txblock)
  }

  /** Wire forms of the TxBlocks of one part of the main branch, from `from` to `to`, both included, oldest first. */
  txblockBytes(from: number, to: number, part: 'tree' | 'archive'): Uint8Array[] {
    if (part === 'archive') return this.#store.blocks.archivedRange(from, to).map(({ txblock }) => txblock)
    const nodes = this.#tree()
      .mainFrom(from)
      .filter(({ number }) => number <= to)
    return nodes.map(({ id }) => this.#store.blocks.get(id)!.txblock)
  }

  /** Number of the oldest archived block. */
  oldestArchived(): number | undefined {
    return this.#store.blocks.oldestArchived()
  }

  /** Number of an archived block. */
  archivedNumber(id: Uint8Array): number | undefined {
    const stored = this.#store.blocks.get(id)
    return stored?.place === PLACE.archive ? stored.number : undefined
  }

  inclusion(id: string): Inclusion | undefined {
    const key = fromHex(id)
    for (const block of this.#store.blocks.listing(key)) {
      const stored = this.#store.blocks.get(block)
      if (stored !== undefined && this.#isMain(stored)) return { block: toMainBlock(stored), as: 'listed' }
    }
    const own = this.#store.blocks.get(key)
    if (own === undefined || !this.#isMain(own)) return undefined
    const block = toMainBlock(own)
    return isTransaction(block.txpow) ? { block, as: 'own' } : undefined
  }

  /** Cheaper than `inclusion`: is the unit a block of the main branch, or listed by one? */
  includes(id: string): boolean {
    const key = fromHex(id)
    return [key, ...this.#store.blocks.listing(key)].some((block) => {
      const stored = this.#store.blocks.get(block)
      return stored !== undefined && this.#isMain(stored)
    })
  }

  #stored(number: number): StoredBlock | undefined {
    const node = this.#tree().mainAt(number)
    return node === undefined ? this.#store.blocks.archived(number) : this.#store.blocks.get(node.id)
  }

  #isMain({ id, place }: StoredBlock): boolean {
    if (place === PLACE.archive) return true
    const tree = this.#tree()
    const node = tree.get(toHex(id))
    return node !== undefined && tree.isMain(node)
  }
}

function toMainBlock(
  { id, number, txblock }: StoredBlock,
  block: TxBlock = decode(TxBlock, txblock),
  peaks: readonly MMREntry[] = applyTxBlock(block).mmr.peaks(),
): MainBlock {
  const { txpow } = block
  return { number, id: toHex(id), timeMs: txpow.header.time.toBigInt(), txpow, peaks }
}
