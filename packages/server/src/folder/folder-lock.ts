import { DatabaseSync } from 'node:sqlite'
import { FolderError } from './folder-error.ts'

/**
 * Holds a folder for this process. The lock is the operating system's, on an otherwise empty database file: it ends with the
 * process, however that ends, so no stale lock is ever left behind.
 *
 * @returns the way to let go
 * @throws FolderError `folder-in-use`
 */
export const lockFolder = (path: string, folder: string): (() => void) => {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    database.close()
    throw new FolderError(
      'folder-in-use',
      `another process runs on ${folder}: stop it, or give another folder with --data`,
      { folder },
      { cause },
    )
  }
  return () => {
    if (database.isOpen) database.close()
  }
}
