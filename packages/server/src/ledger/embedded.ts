import type {
  BlockRef,
  CoinQuery,
  Hex,
  Inclusion,
  Ledger,
  LedgerBlock,
  LedgerEvent,
  LedgerNetwork,
  Submission,
  TransactionDraft,
} from '@minipolis/city'
import { type Coin, type CoinProof, MinipolisError, type TxPoW } from '@minipolis/minima'
import {
  type MainBlock,
  type MinimaNode,
  type BlockRef as NodeBlockRef,
  NodeError,
  type NodeErrorCode,
  type NodeEvent,
  WalletError,
  type WalletErrorCode,
} from '@minipolis/node'
import { LedgerError, type LedgerErrorCode } from './ledger-error.ts'

/** The node in this process as the city's ledger. Starting and stopping it stays with whoever made it. */
export function embeddedLedger(node: MinimaNode): Ledger {
  return new EmbeddedLedger(node)
}

class EmbeddedLedger implements Ledger {
  readonly #node: MinimaNode

  constructor(node: MinimaNode) {
    this.#node = node
  }

  async network(): Promise<LedgerNetwork> {
    const { name, cascadeStartDepthBlocks, confirmDepthBlocks } = this.#node.parameters
    return {
      name,
      treeDepth: cascadeStartDepthBlocks,
      confirmDepth: confirmDepthBlocks,
      blockTimeMs: this.#node.blockTimeMs,
    }
  }

  async tip(): Promise<BlockRef | undefined> {
    const tip = await named(() => this.#node.tip())
    return tip && toRef(tip)
  }

  async block(at: { readonly number: bigint } | { readonly id: Hex }): Promise<LedgerBlock | undefined> {
    const block = await named(() => this.#node.block('id' in at ? at : { number: toNumber(at.number) }))
    return block && toBlock(block)
  }

  async blocks(from: bigint, to?: bigint): Promise<LedgerBlock[]> {
    const last = to === undefined ? undefined : toNumber(to)
    return (await named(() => this.#node.blocks(toNumber(from), last))).map(toBlock)
  }

  async txpow(id: Hex): Promise<TxPoW | undefined> {
    return named(() => this.#node.txpow(id))
  }

  async inclusion(txpowId: Hex): Promise<Inclusion | undefined> {
    return named(() => {
      const inclusion = this.#node.inclusion(txpowId)
      const tip = this.#node.tip()
      if (inclusion === undefined || tip === undefined) return undefined
      const { block, as } = inclusion
      return { block: toRef(block), as, depth: BigInt(tip.number - block.number) }
    })
  }

  async coins(query: CoinQuery): Promise<Coin[]> {
    return named(() => this.#node.coins(query))
  }

  async coinProof(coinId: Hex): Promise<CoinProof | undefined> {
    return named(() => this.#node.coinProof(coinId))
  }

  async keyFor(purpose: string): Promise<Hex> {
    return named(() => this.#node.keyFor(purpose))
  }

  async track(script: string): Promise<Hex> {
    return named(() => this.#node.track(script))
  }

  async submit(draft: TransactionDraft): Promise<Submission> {
    return named(() => this.#node.submit(draft))
  }

  watch(listener: (event: LedgerEvent) => void): () => void {
    return this.#node.watch((event) => listener(toEvent(event)))
  }
}

const LEAST_NUMBER = 0n
const MOST_NUMBER = BigInt(Number.MAX_SAFE_INTEGER)

/** No chain gets near the ends; what lies beyond them finds nothing all the same. */
const toNumber = (number: bigint): number =>
  Number(number < LEAST_NUMBER ? LEAST_NUMBER : number > MOST_NUMBER ? MOST_NUMBER : number)

const toRef = ({ number, id, timeMs }: NodeBlockRef | MainBlock): BlockRef => ({ number: BigInt(number), id, timeMs })

const toBlock = (block: MainBlock): LedgerBlock => ({ ...toRef(block), txpow: block.txpow, peaks: block.peaks })

const toEvent = (event: NodeEvent): LedgerEvent =>
  event.kind === 'block'
    ? { kind: 'block', block: toRef(event.block) }
    : { kind: 'reorganised', from: toRef(event.from), to: toRef(event.to) }

const codes: Readonly<Record<NodeErrorCode | WalletErrorCode, LedgerErrorCode>> = {
  'wrong-network': 'failed',
  'wrong-version': 'failed',
  'store-locked': 'unavailable',
  'store-damaged': 'failed',
  'disk-full': 'unavailable',
  'store-failed': 'failed',
  'no-chain': 'unavailable',
  'not-running': 'unavailable',
  'queue-full': 'busy',
  'transaction-invalid': 'refused',
  'transaction-too-large': 'refused',
  'thread-failed': 'unavailable',
  'coins-busy': 'busy',
  'insufficient-funds': 'insufficient-funds',
  'unknown-coin': 'refused',
  'unknown-script': 'refused',
  'unknown-key': 'refused',
  'unknown-token': 'refused',
  'key-exhausted': 'failed',
  'bad-phrase': 'failed',
  locked: 'unavailable',
  'not-locked': 'failed',
  'wrong-password': 'refused',
  'bad-script': 'refused',
  'bad-draft': 'refused',
}

/** Gives the node's errors the ledger's codes; what the protocol code cannot read was wrong in the question. */
async function named<T>(ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
    const code = error instanceof NodeError || error instanceof WalletError ? codes[error.code] : 'refused'
    throw new LedgerError(code, error.message, { ...error.facts, code: error.code }, { cause: error })
  }
}
