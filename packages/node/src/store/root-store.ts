import type { Database } from './database.ts'
import { bytesOf, numberOf } from './row.ts'

/** The root of the tree: what of the chain below it is still known, in wire form. */
export interface StoredRoot {
  readonly block: Uint8Array
  readonly mmr: Uint8Array
  readonly coins: Uint8Array
}

export interface StoredCascadeNode {
  readonly number: number
  readonly level: number
  /** Wire form of the TxHeader. */
  readonly header: Uint8Array
}

export interface RootStore {
  root(): StoredRoot | undefined
  setRoot(root: StoredRoot): void
  /** Newest first. */
  cascade(): StoredCascadeNode[]
  /** Replaces the cascade; rows that stay the same are not written. `header` is asked for new rows only. */
  setCascade(nodes: readonly { number: number; level: number; header: () => Uint8Array }[]): void
}

export function createRootStore(database: Database): RootStore {
  return {
    root() {
      const row = database.get('SELECT * FROM root')
      return row && { block: bytesOf(row, 'block'), mmr: bytesOf(row, 'mmr'), coins: bytesOf(row, 'coins') }
    },
    setRoot({ block, mmr, coins }) {
      database.run('INSERT OR REPLACE INTO root VALUES (1, ?, ?, ?)', block, mmr, coins)
    },
    cascade() {
      return database.all('SELECT * FROM cascade ORDER BY number DESC').map((row) => ({
        number: numberOf(row, 'number'),
        level: numberOf(row, 'level'),
        header: bytesOf(row, 'header'),
      }))
    },
    setCascade(nodes) {
      database.transact(() => {
        const levels = new Map<number, number>()
        for (const row of database.all('SELECT number, level FROM cascade')) {
          levels.set(numberOf(row, 'number'), numberOf(row, 'level'))
        }
        for (const { number, level, header } of nodes) {
          const stored = levels.get(number)
          levels.delete(number)
          if (stored === undefined) database.run('INSERT INTO cascade VALUES (?, ?, ?)', number, level, header())
          else if (stored !== level) database.run('UPDATE cascade SET level = ? WHERE number = ?', level, number)
        }
        for (const number of levels.keys()) database.run('DELETE FROM cascade WHERE number = ?', number)
      })
    },
  }
}
