import type { Database, Row } from './database.ts'
import { bytesOf, numberOf, textOf } from './row.ts'

export interface StoredKey {
  /** Number of the key under the seed. */
  readonly number: number
  readonly publicKey: Uint8Array
  /** Number of the next one-time key. */
  readonly uses: number
  readonly purpose: string | undefined
}

export interface StoredScript {
  readonly address: Uint8Array
  readonly text: string
  /** Set for the simple script of a wallet key. */
  readonly publicKey: Uint8Array | undefined
  readonly track: boolean
}

/** Seed phrase, keys with their use counters, made key nodes, scripts. */
export interface WalletStore {
  phrase(): string | undefined
  setPhrase(phrase: string): void
  keys(): StoredKey[]
  addKey(key: StoredKey): void
  /** Raises the counter of a key that stands at `uses` by one, durably. False when it stands elsewhere. */
  takeUse(number: number, uses: number): boolean
  node(key: number, path: string): Uint8Array | undefined
  setNode(key: number, path: string, bytes: Uint8Array): void
  removeNode(key: number, path: string): void
  scripts(): StoredScript[]
  /** Adds the script or changes whether it is tracked. */
  setScript(script: StoredScript): void
}

export function createWalletStore(database: Database): WalletStore {
  return {
    phrase() {
      const row = database.get('SELECT phrase FROM seed')
      return row && textOf(row, 'phrase')
    },
    setPhrase(phrase) {
      database.run('INSERT INTO seed VALUES (1, ?)', phrase)
    },
    keys: () => database.all('SELECT * FROM key ORDER BY number').map(toKey),
    addKey({ number, publicKey, uses, purpose }) {
      database.run('INSERT INTO key VALUES (?, ?, ?, ?)', number, publicKey, uses, purpose ?? null)
    },
    takeUse: (number, uses) =>
      database.run('UPDATE key SET uses = uses + 1 WHERE number = ? AND uses = ?', number, uses).changes === 1,
    node(key, path) {
      const row = database.get('SELECT bytes FROM key_node WHERE key = ? AND path = ?', key, path)
      return row && bytesOf(row, 'bytes')
    },
    setNode(key, path, bytes) {
      database.run('INSERT OR REPLACE INTO key_node VALUES (?, ?, ?)', key, path, bytes)
    },
    removeNode(key, path) {
      database.run('DELETE FROM key_node WHERE key = ? AND path = ?', key, path)
    },
    scripts: () => database.all('SELECT * FROM script').map(toScript),
    setScript({ address, text, publicKey, track }) {
      const upsert = 'INSERT INTO script VALUES (?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET track = excluded.track'
      database.run(upsert, address, text, publicKey ?? null, track ? 1 : 0)
    },
  }
}

function toKey(row: Row): StoredKey {
  const purpose = row.purpose === null ? undefined : textOf(row, 'purpose')
  return {
    number: numberOf(row, 'number'),
    publicKey: bytesOf(row, 'public_key'),
    uses: numberOf(row, 'uses'),
    purpose,
  }
}

function toScript(row: Row): StoredScript {
  const publicKey = row.public_key === null ? undefined : bytesOf(row, 'public_key')
  return { address: bytesOf(row, 'address'), text: textOf(row, 'text'), publicKey, track: numberOf(row, 'track') === 1 }
}
