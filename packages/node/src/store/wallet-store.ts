import { NodeError } from '../errors/index.ts'
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

/** A node of a key tree: the one-time key numbers from the root down, and its wire form. */
export interface StoredKeyNode {
  readonly path: readonly number[]
  readonly bytes: Uint8Array
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
  /** Sets or replaces the phrase; empty while a password locks it. */
  setPhrase(phrase: string): void
  keys(): StoredKey[]
  addKey(key: StoredKey): void
  /** Sets the counter of a key, durably. @throws NodeError `store-damaged` when it would not grow by one */
  raiseUses(number: number, uses: number): void
  /** Sets the counter of a key to at least this. */
  skipUses(number: number, uses: number): void
  /** Raises the counters of all keys to at least this. */
  raiseAllUses(uses: number): void
  /** The nodes kept of a key's tree: at most one per level. */
  nodes(key: number): StoredKeyNode[]
  /** Keeps the node in place of the one of its level. */
  setNode(key: number, node: StoredKeyNode): void
  scripts(): StoredScript[]
  /** Adds the script or changes whether it is tracked. */
  setScript(script: StoredScript): void
  removeScript(address: Uint8Array): void
  watchedCoins(): { readonly coin: Uint8Array; readonly track: boolean }[]
  setWatchedCoin(coin: Uint8Array, track: boolean): void
}

export function createWalletStore(database: Database): WalletStore {
  return {
    phrase() {
      const row = database.get('SELECT phrase FROM seed')
      return row && textOf(row, 'phrase')
    },
    setPhrase(phrase) {
      database.run('INSERT OR REPLACE INTO seed VALUES (1, ?)', phrase)
    },
    keys: () => database.all('SELECT * FROM key ORDER BY number').map(toKey),
    addKey({ number, publicKey, uses, purpose }) {
      database.run('INSERT INTO key VALUES (?, ?, ?, ?)', number, publicKey, uses, purpose ?? null)
    },
    raiseUses(number, uses) {
      const raise = 'UPDATE key SET uses = ? WHERE number = ? AND uses = ?'
      if (database.run(raise, uses, number, uses - 1).changes === 1) return
      throw new NodeError(
        'store-damaged',
        `the use counter of key ${number} is not what it was; stop and restore nothing older`,
        { number },
      )
    },
    skipUses(number, uses) {
      database.run('UPDATE key SET uses = max(uses, ?) WHERE number = ?', uses, number)
    },
    raiseAllUses(uses) {
      database.run('UPDATE key SET uses = max(uses, ?)', uses)
    },
    nodes: (key) =>
      database.all('SELECT path, bytes FROM key_node WHERE key = ? ORDER BY level', key).map((row) => ({
        path: parsePath(textOf(row, 'path')),
        bytes: bytesOf(row, 'bytes'),
      })),
    setNode(key, { path, bytes }) {
      database.run('INSERT OR REPLACE INTO key_node VALUES (?, ?, ?, ?)', key, path.length, path.join('.'), bytes)
    },
    scripts: () => database.all('SELECT * FROM script').map(toScript),
    setScript({ address, text, publicKey, track }) {
      const upsert = 'INSERT INTO script VALUES (?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET track = excluded.track'
      database.run(upsert, address, text, publicKey ?? null, track ? 1 : 0)
    },
    removeScript(address) {
      database.run('DELETE FROM script WHERE address = ?', address)
    },
    watchedCoins: () =>
      database
        .all('SELECT * FROM watched_coin')
        .map((row) => ({ coin: bytesOf(row, 'coin'), track: numberOf(row, 'track') === 1 })),
    setWatchedCoin(coin, track) {
      database.run('INSERT OR REPLACE INTO watched_coin VALUES (?, ?)', coin, track ? 1 : 0)
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

const parsePath = (text: string): number[] => (text === '' ? [] : text.split('.').map(Number))
