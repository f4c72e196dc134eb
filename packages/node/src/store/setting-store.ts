import type { Database } from './database.ts'
import { textOf } from './row.ts'

/** The setting that holds the seed phrase while a password locks it. */
export const LOCKED_PHRASE = 'locked-phrase'

/** Small texts that the node's interfaces keep: who owns a name gives its value a form. */
export interface SettingStore {
  get(name: string): string | undefined
  /** Sets the value durably; `undefined` removes it. */
  set(name: string, value: string | undefined): void
}

export function createSettingStore(database: Database): SettingStore {
  return {
    get(name) {
      const row = database.get('SELECT value FROM setting WHERE name = ?', name)
      return row && textOf(row, 'value')
    },
    set(name, value) {
      if (value === undefined) database.run('DELETE FROM setting WHERE name = ?', name)
      else database.run('INSERT OR REPLACE INTO setting VALUES (?, ?)', name, value)
    },
  }
}
