import type { Database } from './database.ts'
import { bytesOf } from './row.ts'

/** A coin that was brought in from outside, at a block of the tree. */
export interface StoredImportedCoin {
  readonly block: Uint8Array
  /** Wire form of the CoinProof. */
  readonly proof: Uint8Array
}

/** Coins that blocks of the tree prove besides those that they made or spent. */
export interface ImportedCoinStore {
  /** In the order they came. */
  all(): StoredImportedCoin[]
  add(imported: StoredImportedCoin): void
  /** Forgets what stands at a block that left the tree. */
  removeAt(block: Uint8Array): void
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS imported_coin (
  arrival INTEGER PRIMARY KEY, block BLOB NOT NULL, proof BLOB NOT NULL, UNIQUE (block, proof)
) STRICT`

export function createImportedCoinStore(database: Database): ImportedCoinStore {
  database.run(SCHEMA)
  return {
    all: () =>
      database
        .all('SELECT block, proof FROM imported_coin ORDER BY arrival')
        .map((row) => ({ block: bytesOf(row, 'block'), proof: bytesOf(row, 'proof') })),
    add({ block, proof }) {
      database.run('INSERT OR IGNORE INTO imported_coin (block, proof) VALUES (?, ?)', block, proof)
    },
    removeAt(block) {
      database.run('DELETE FROM imported_coin WHERE block = ?', block)
    },
  }
}
