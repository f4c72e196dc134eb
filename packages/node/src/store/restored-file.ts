import { Database } from './database.ts'

/**
 * One-time keys that a restored wallet skips: it may have signed since the backup was made, and a one-time key that signs twice
 * is broken. Source: minima-global/Minima: src/org/minima/system/commands/backup/restore.java
 */
export const RESTORED_USES_SKIPPED = 256

/**
 * Makes a database file from a backup ready to take the place of a node's own.
 *
 * @throws NodeError `wrong-network`, `wrong-version`, `store-damaged` for what is no database of this network
 */
export function readyRestoredFile(file: string, network: string): void {
  const database = new Database({ file, network })
  try {
    database.run('UPDATE key SET uses = uses + ?', RESTORED_USES_SKIPPED)
  } finally {
    database.close()
  }
}
