import type { MiniNumber, TxPoW, TxPoWFacts } from '@minipolis/minima'

/** Transactions kept; beyond it the smallest burns go. */
export const MEMPOOL_ENTRIES_MAX = 5000
/** Bytes of transactions kept, so that large ones cannot fill the memory either. */
export const MEMPOOL_BYTES_MAX = 32 * 1024 * 1024
/** Rejected rounds after which a transaction is forgotten. */
export const REJECTIONS_MAX = 3

/** A transaction that waits for a block. */
export interface PoolEntry {
  /** Hex. */
  readonly id: string
  readonly txpow: TxPoW
  readonly facts: TxPoWFacts
  readonly burn: MiniNumber
  /** Ids of the coins its proofs prove, hex: what it competes for. */
  readonly coins: readonly string[]
}

interface Held extends PoolEntry {
  rejections: number
  lastRound: string
}

/** Transactions known and in no block of the main branch, nor below the root of the tree. Source: spec 05 section 17 */
export class Mempool {
  readonly #entries = new Map<string, Held>()
  /** How many entries spend a coin. */
  readonly #spenders = new Map<string, number>()
  #bytes = 0

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  get(id: string): PoolEntry | undefined {
    return this.#entries.get(id)
  }

  ids(): string[] {
    return [...this.#entries.keys()]
  }

  /** Does an entry spend the coin? */
  spends(coinId: string): boolean {
    return this.#spenders.has(coinId)
  }

  add(entry: PoolEntry): void {
    if (this.#entries.has(entry.id)) return
    this.#entries.set(entry.id, { ...entry, rejections: 0, lastRound: '' })
    this.#bytes += entry.facts.size
    for (const coin of entry.coins) this.#spenders.set(coin, (this.#spenders.get(coin) ?? 0) + 1)
    if (this.#entries.size > MEMPOOL_ENTRIES_MAX || this.#bytes > MEMPOOL_BYTES_MAX) this.#trim()
  }

  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#bytes -= entry.facts.size
    for (const coin of entry.coins) {
      const spenders = this.#spenders.get(coin)! - 1
      if (spenders === 0) this.#spenders.delete(coin)
      else this.#spenders.set(coin, spenders)
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#spenders.clear()
    this.#bytes = 0
  }

  /** Largest burn first, of equals the one that came first. */
  byBurn(): PoolEntry[] {
    return [...this.#entries.values()].sort((a, b) => b.burn.compare(a.burn))
  }

  /** True when the entry was rejected too often to be tried again. */
  isExhausted(id: string): boolean {
    return (this.#entries.get(id)?.rejections ?? 0) > REJECTIONS_MAX
  }

  /**
   * Counts a rejection, once per round. The reference counts templates, so that a busy wallet loses waiting transactions early;
   * counting by block (`round` = tip id) is left to each node.
   */
  reject(id: string, round: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.lastRound === round) return
    entry.rejections++
    entry.lastRound = round
  }

  /** Drops the smallest burns, newest first, down to nine tenths of both limits. */
  #trim(): void {
    const rising = this.byBurn().reverse()
    for (const { id } of rising) {
      if (this.#entries.size <= MEMPOOL_ENTRIES_MAX * 0.9 && this.#bytes <= MEMPOOL_BYTES_MAX * 0.9) return
      this.remove(id)
    }
  }
}
