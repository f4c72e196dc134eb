import type { Database, Row } from './database.ts'
import { bytesOf, numberOf } from './row.ts'
import { PLACE, type Place } from './schema.ts'

export interface StoredBlock {
  readonly id: Uint8Array
  readonly number: number
  readonly place: Place
  /** Wire form of the TxBlock. */
  readonly txblock: Uint8Array
}

/** TxBlocks of the tree and the archive, and which block lists which TxPoW. */
export interface BlockStore {
  /** Adds a block to the tree, after all that are there. */
  add(block: Omit<StoredBlock, 'place'>, listed: readonly Uint8Array[]): void
  has(id: Uint8Array): boolean
  get(id: Uint8Array): StoredBlock | undefined
  /** Blocks of the tree in the order they entered it. */
  tree(): Iterable<StoredBlock>
  /** The block left the tree and stays as history. */
  archive(id: Uint8Array): void
  /** The block left the tree with a branch that lost. */
  remove(id: Uint8Array): void
  archived(number: number): StoredBlock | undefined
  /** Archived blocks from `from` to `to`, both included, oldest first. */
  archivedRange(from: number, to: number): StoredBlock[]
  /** Number of the oldest archived block. */
  oldestArchived(): number | undefined
  /** Drops archived blocks numbered below `number`. */
  trimArchive(number: number): void
  /** Ids of the blocks, on any branch, that list the TxPoW. */
  listing(txpow: Uint8Array): Uint8Array[]
}

export function createBlockStore(database: Database): BlockStore {
  return {
    add({ id, number, txblock }, listed) {
      database.transact(() => {
        database.run(
          'INSERT INTO block (id, number, place, txblock) VALUES (?, ?, ?, ?)',
          id,
          number,
          PLACE.tree,
          txblock,
        )
        for (const txpow of listed) database.run('INSERT OR IGNORE INTO listed VALUES (?, ?)', txpow, id)
      })
    },
    has: (id) => database.get('SELECT 1 FROM block WHERE id = ?', id) !== undefined,
    get(id) {
      const row = database.get('SELECT * FROM block WHERE id = ?', id)
      return row && toBlock(row)
    },
    *tree() {
      const rows = database.each('SELECT * FROM block WHERE place = ? ORDER BY arrival', PLACE.tree)
      for (const row of rows) yield toBlock(row)
    },
    archive(id) {
      database.run('UPDATE block SET place = ? WHERE id = ?', PLACE.archive, id)
    },
    remove(id) {
      database.transact(() => {
        database.run('DELETE FROM listed WHERE block = ?', id)
        database.run('DELETE FROM block WHERE id = ?', id)
      })
    },
    archived(number) {
      const row = database.get('SELECT * FROM block WHERE place = ? AND number = ?', PLACE.archive, number)
      return row && toBlock(row)
    },
    archivedRange(from, to) {
      const range = 'SELECT * FROM block WHERE place = ? AND number BETWEEN ? AND ? ORDER BY number'
      return database.all(range, PLACE.archive, from, to).map(toBlock)
    },
    oldestArchived() {
      const row = database.get('SELECT min(number) AS number FROM block WHERE place = ?', PLACE.archive)
      return row === undefined || row.number === null ? undefined : numberOf(row, 'number')
    },
    trimArchive(number) {
      database.transact(() => {
        const old = 'SELECT id FROM block WHERE place = ? AND number < ?'
        database.run(`DELETE FROM listed WHERE block IN (${old})`, PLACE.archive, number)
        database.run('DELETE FROM block WHERE place = ? AND number < ?', PLACE.archive, number)
      })
    },
    listing(txpow) {
      return database.all('SELECT block FROM listed WHERE txpow = ?', txpow).map((row) => bytesOf(row, 'block'))
    },
  }
}

function toBlock(row: Row): StoredBlock {
  return {
    id: bytesOf(row, 'id'),
    number: numberOf(row, 'number'),
    place: numberOf(row, 'place') === PLACE.tree ? PLACE.tree : PLACE.archive,
    txblock: bytesOf(row, 'txblock'),
  }
}
