import type { BlockRef, Ledger, LedgerEvent } from '@minipolis/city'
import { MinipolisError } from '@minipolis/minima'

/** A ledger whose blocks come when a test says so, and which takes no transactions: doors only look. */
export class QuietLedger implements Ledger {
  readonly #blocks: BlockRef[] = []
  readonly #listeners = new Set<(event: LedgerEvent) => void>()

  addBlock(timeMs: number): BlockRef {
    const number = BigInt(this.#blocks.length)
    const block = { number, id: `0x00${number.toString(16).padStart(62, '0').toUpperCase()}`, timeMs: BigInt(timeMs) }
    this.#blocks.push(block)
    for (const listener of this.#listeners) listener({ kind: 'block', block })
    return block
  }

  network = async () => ({ name: 'dev', treeDepth: 64, confirmDepth: 3, blockTimeMs: 2_000 })
  tip = async () => this.#blocks.at(-1)
  block = async () => undefined
  async blocks(from: bigint, to: bigint = BigInt(this.#blocks.length)) {
    return this.#blocks.filter(({ number }) => number >= from && number <= to) as never[]
  }
  txpow = async () => undefined
  inclusion = async () => undefined
  coins = async () => []
  coinProof = async () => undefined
  keyFor = () => this.#refuse()
  track = () => this.#refuse()
  submit = () => this.#refuse()

  watch(listener: (event: LedgerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #refuse(): Promise<never> {
    return Promise.reject(new MinipolisError('ledger-refused', 'this ledger takes no transactions'))
  }
}
