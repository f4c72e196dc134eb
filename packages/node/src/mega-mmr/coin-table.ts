import { Coin, decode, encode, entryIndex } from '@minipolis/minima'
import type { Database } from '../store/index.ts'
import { bytesOf, numberOf } from '../store/row.ts'
import { fingerprint, fingerprintsOf } from './coin-names.ts'

/** Every unspent coin, on disk. */
export class CoinTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @returns whether it was not there */
  add(coin: Coin): boolean {
    const entry = entryIndex(coin.mmrEntry)
    if (entry === undefined) return false
    const { changes } = this.#database.run('INSERT OR IGNORE INTO mega_coin VALUES (?, ?)', entry, encode(Coin, coin))
    for (const name of fingerprintsOf(coin)) {
      this.#database.run('INSERT OR IGNORE INTO mega_lookup VALUES (?, ?)', name, entry)
    }
    return changes === 1
  }

  /** Forgets a coin that was spent. @returns whether it was there */
  remove(coin: Coin): boolean {
    const entry = entryIndex(coin.mmrEntry)
    if (entry === undefined) return false
    const { changes } = this.#database.run('DELETE FROM mega_coin WHERE entry = ?', entry)
    if (changes === 0) return false
    for (const name of fingerprintsOf(coin)) {
      this.#database.run('DELETE FROM mega_lookup WHERE fingerprint = ? AND entry = ?', name, entry)
    }
    return true
  }

  /**
   * Coins above an entry number that may have this id, address, token, or 32 bytes of state, by entry number: look again, some
   * only begin like it.
   *
   * @param above -1 begins with the first
   */
  naming(name: Uint8Array, above: number, most: number): Coin[] {
    const found =
      'SELECT coin FROM mega_lookup JOIN mega_coin USING (entry) WHERE fingerprint = ? AND entry > ? ORDER BY entry LIMIT ?'
    return this.#database.all(found, fingerprint(name), above, most).map((row) => decode(Coin, bytesOf(row, 'coin')))
  }

  /** Coins above an entry number, by entry number; -1 begins with the first. */
  page(above: number, most: number): Coin[] {
    const rows = this.#database.all('SELECT coin FROM mega_coin WHERE entry > ? ORDER BY entry LIMIT ?', above, most)
    return rows.map((row) => decode(Coin, bytesOf(row, 'coin')))
  }

  /** Coins above an entry number in wire form, with their entry numbers. */
  pageBytes(above: number, most: number): { readonly entry: number; readonly coin: Uint8Array }[] {
    const rows = this.#database.all('SELECT * FROM mega_coin WHERE entry > ? ORDER BY entry LIMIT ?', above, most)
    return rows.map((row) => ({ entry: numberOf(row, 'entry'), coin: bytesOf(row, 'coin') }))
  }

  clear(): void {
    this.#database.run('DELETE FROM mega_coin')
    this.#database.run('DELETE FROM mega_lookup')
  }
}
