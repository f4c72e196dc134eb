import type { Database } from './database.ts'
import { bytesOf, numberOf } from './row.ts'

export interface StoredTxPoW {
  readonly id: Uint8Array
  /** Id of the parent when the TxPoW is a block, else null. */
  readonly parent: Uint8Array | null
  readonly receivedMs: number
  /** Concerns the wallet: kept for ever. */
  readonly relevant: boolean
  /** Wire form. */
  readonly bytes: Uint8Array
}

/** Complete TxPoWs outside the tree: transactions, blocks that wait for something, blocks that were refused. */
export interface TxPoWStore {
  /** Stores the TxPoW unless one of that id is there. */
  add(txpow: StoredTxPoW): void
  has(id: Uint8Array): boolean
  get(id: Uint8Array): Uint8Array | undefined
  remove(id: Uint8Array): void
  /** Ids of stored blocks on `parent`, in the order they came. */
  children(parent: Uint8Array): Uint8Array[]
  /** Wire forms of what came at or after `sinceMs`, in the order they came. */
  since(sinceMs: number): Iterable<{ readonly id: Uint8Array; readonly bytes: Uint8Array }>
  /** Remembers that a unit concerns the wallet. */
  markRelevant(id: Uint8Array): void
  /** Ids of units that concern the wallet, newest first. */
  relevant(max: number, offset: number): Uint8Array[]
  relevantCount(): number
  /** Units stored here. */
  count(): number
  /** Drops what came before `beforeMs` and does not concern the wallet. */
  trim(beforeMs: number): void
}

export function createTxPoWStore(database: Database): TxPoWStore {
  return {
    add({ id, parent, receivedMs, relevant, bytes }) {
      const insert = 'INSERT OR IGNORE INTO txpow (id, parent, received_ms, relevant, bytes) VALUES (?, ?, ?, ?, ?)'
      database.run(insert, id, parent, receivedMs, relevant ? 1 : 0, bytes)
    },
    has: (id) => database.get('SELECT 1 FROM txpow WHERE id = ?', id) !== undefined,
    get(id) {
      const row = database.get('SELECT bytes FROM txpow WHERE id = ?', id)
      return row && bytesOf(row, 'bytes')
    },
    remove(id) {
      database.run('DELETE FROM txpow WHERE id = ?', id)
    },
    children: (parent) =>
      database.all('SELECT id FROM txpow WHERE parent = ? ORDER BY arrival', parent).map((row) => bytesOf(row, 'id')),
    *since(sinceMs) {
      const rows = database.each('SELECT id, bytes FROM txpow WHERE received_ms >= ? ORDER BY arrival', sinceMs)
      for (const row of rows) yield { id: bytesOf(row, 'id'), bytes: bytesOf(row, 'bytes') }
    },
    markRelevant(id) {
      database.run('INSERT OR IGNORE INTO relevant (txpow) VALUES (?)', id)
    },
    relevant(max, offset) {
      const page = 'SELECT txpow FROM relevant ORDER BY arrival DESC LIMIT ? OFFSET ?'
      return database.all(page, max, offset).map((row) => bytesOf(row, 'txpow'))
    },
    relevantCount: () => countOf(database, 'relevant'),
    count: () => countOf(database, 'txpow'),
    trim(beforeMs) {
      database.run('DELETE FROM txpow WHERE relevant = 0 AND received_ms < ?', beforeMs)
    },
  }
}

const countOf = (database: Database, table: 'relevant' | 'txpow'): number =>
  numberOf(database.get(`SELECT count(*) AS count FROM ${table}`)!, 'count')
