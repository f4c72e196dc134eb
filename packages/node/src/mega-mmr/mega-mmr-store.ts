import {
  bagPeaks,
  type Coin,
  decode,
  encode,
  entryIndex,
  MiniNumber,
  type MMRArchive,
  MMRData,
  type MMREntry,
  positionKey,
} from '@minipolis/minima'
import type { Database } from '../store/index.ts'
import { bytesOf, numberOf, textOf } from '../store/row.ts'
import { type CoinBlock, changesOf } from './block-changes.ts'
import { CoinTable } from './coin-table.ts'
import { MEGA_MMR_SCHEMA } from './schema.ts'

interface State {
  /** The block that the tree stands at. */
  readonly number: number
  /** Entries ever made. */
  readonly entries: number
  /** Unspent coins. */
  readonly coins: number
  /** Sum of their amounts. */
  readonly total: MiniNumber
}

/**
 * The coin tree of the whole chain and every unspent coin, on disk: what proves any coin to anyone. It stands at the tip of the
 * cascade and follows it. In memory are four numbers. Writes belong in a transaction of the caller.
 * Source: minima-global/Minima: src/org/minima/database/mmr/MegaMMR.java, spec 05 section 19.
 */
export class MegaMMRStore implements MMRArchive {
  readonly coins: CoinTable
  readonly #database: Database
  #state: State | undefined
  #blockTime = MiniNumber.ZERO

  constructor(database: Database) {
    this.#database = database
    for (const statement of MEGA_MMR_SCHEMA) database.run(statement)
    this.coins = new CoinTable(database)
    this.reload()
  }

  /** Reads again what is on disk, after a transaction that failed. */
  reload(): void {
    const row = this.#database.get('SELECT * FROM mega_mmr')
    this.#set(
      row && {
        number: numberOf(row, 'number'),
        entries: numberOf(row, 'entries'),
        coins: numberOf(row, 'coins'),
        total: MiniNumber.parse(textOf(row, 'total')),
      },
    )
  }

  /** Number of the block it stands at; undefined before `begin`. */
  get number(): number | undefined {
    return this.#state?.number
  }

  get blockTime(): MiniNumber {
    return this.#blockTime
  }

  /** Entries ever made. */
  get entryNumber(): number {
    return this.#state?.entries ?? 0
  }

  /** Unspent coins that are kept. */
  get coinCount(): number {
    return this.#state?.coins ?? 0
  }

  /** Sum of the amounts of all coins kept: that of the chain where none is missing. */
  get total(): MiniNumber {
    return this.#state?.total ?? MiniNumber.ZERO
  }

  /** Whether no coin is missing. Before block 1 there is none but the one that it spends. */
  get isComplete(): boolean {
    return this.number === 0 || this.root()?.value.equals(this.total) === true
  }

  /** Nodes kept. Walks over all of them. */
  nodeCount(): number {
    return numberOf(this.#database.get('SELECT count(*) AS count FROM mega_node')!, 'count')
  }

  get(row: number, entry: number): MMRData | undefined {
    const found = this.#database.get('SELECT node FROM mega_node WHERE position = ?', positionKey(row, entry))
    return found && decode(MMRData, bytesOf(found, 'node'))
  }

  /** Peaks of the tree, highest row first. */
  peaks(): MMREntry[] {
    const peaks: MMREntry[] = []
    for (let row = Math.floor(Math.log2(this.entryNumber)); row >= 0; row--) {
      const nodes = Math.floor(this.entryNumber / 2 ** row)
      if (nodes % 2 === 0) continue
      const data = this.get(row, nodes - 1)
      if (data !== undefined) peaks.push({ row, entry: BigInt(nodes - 1), data })
    }
    return peaks
  }

  /** The node over all peaks; undefined while there is none. */
  root(): MMRData | undefined {
    return bagPeaks(this.peaks().map(({ data }) => data))
  }

  /** Starts below a block with nothing but the peaks that it starts from. What was kept before is forgotten. */
  begin(number: number, peaks: readonly MMREntry[]): void {
    this.clear()
    let entries = 0
    for (const { row, entry, data } of peaks) {
      this.setNode(positionKey(row, entryIndex(entry)!), data)
      entries += 2 ** row
    }
    this.#save({ number, entries, coins: 0, total: MiniNumber.ZERO })
  }

  /**
   * Takes blocks that leave the tree of blocks. They were judged before they entered it: their coin trees have the roots that
   * their headers name.
   *
   * @param blocks one after the other, oldest first, beginning above `number`
   */
  follow(blocks: readonly CoinBlock[]): void {
    const last = blocks.at(-1)
    if (last === undefined) return
    const { nodes, spent, created } = changesOf(blocks)
    for (const [position, node] of nodes) {
      if (node === undefined) this.#database.run('DELETE FROM mega_node WHERE position = ?', position)
      else this.setNode(position, node)
    }
    let { coinCount: coins, total } = this
    for (const coin of spent) {
      if (!this.coins.remove(coin)) continue
      coins--
      total = total.sub(coin.amount)
    }
    const sums = this.#addAll(created, coins, total)
    this.#save({ number: last.number, entries: last.mmr.entryNumber, ...sums })
  }

  #addAll(added: Iterable<Coin>, coins: number, total: MiniNumber): Pick<State, 'coins' | 'total'> {
    const sums = { coins, total }
    for (const coin of added) {
      if (!this.coins.add(coin)) continue
      sums.coins++
      sums.total = sums.total.add(coin.amount)
    }
    return sums
  }

  /** Sets a node as it is. */
  setNode(position: number, node: MMRData): void {
    const upsert =
      'INSERT INTO mega_node VALUES (?, ?) ON CONFLICT (position) DO UPDATE SET node = excluded.node WHERE node <> excluded.node'
    this.#database.run(upsert, position, encode(MMRData, node))
  }

  /** Nodes above a position in wire form, by position; 0 begins with the first. */
  nodePage(above: number, most: number): { readonly position: number; readonly node: Uint8Array }[] {
    const rows = this.#database.all('SELECT * FROM mega_node WHERE position > ? ORDER BY position LIMIT ?', above, most)
    return rows.map((row) => ({ position: numberOf(row, 'position'), node: bytesOf(row, 'node') }))
  }

  /** Starts to take nodes and coins from elsewhere, set one by one. What was kept before is forgotten. */
  beginFilling(number: number, entries: number): void {
    this.clear()
    this.#save({ number, entries, coins: 0, total: MiniNumber.ZERO })
  }

  /** Adds coins from elsewhere. @throws NumberError where their sum leaves the range */
  fill(coins: Iterable<Coin>): void {
    const state = this.#state!
    this.#save({ ...state, ...this.#addAll(coins, state.coins, state.total) })
  }

  /** Forgets everything. */
  clear(): void {
    for (const table of ['mega_mmr', 'mega_node'] as const) this.#database.run(`DELETE FROM ${table}`)
    this.coins.clear()
    this.#set(undefined)
  }

  #save(state: State): void {
    const { number, entries, coins, total } = state
    this.#database.run(
      'INSERT OR REPLACE INTO mega_mmr VALUES (1, ?, ?, ?, ?)',
      number,
      entries,
      coins,
      total.toString(),
    )
    this.#set(state)
  }

  #set(state: State | undefined): void {
    this.#state = state
    this.#blockTime = MiniNumber.of(Math.max(0, state?.number ?? 0))
  }
}
