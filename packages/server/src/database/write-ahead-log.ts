import { close, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { StoreError } from '@minipolis/city'

const sync = promisify(fdatasync)

/**
 * The write-ahead log of an SQLite database, made durable without holding up the thread.
 *
 * A commit under `synchronous=full` is a commit under `synchronous=normal` and a sync of this file; the sync takes
 * milliseconds, in which the thread could read what arrives. Checkpoints sync by themselves, in either mode.
 * Source: sqlite.org/pragma.html#pragma_synchronous, sqlite.org/wal.html
 */
export class WriteAheadLog {
  readonly #path: string
  #file: number | undefined
  #lost: StoreError | undefined

  /** @param database path of the database file */
  constructor(database: string) {
    this.#path = `${database}-wal`
  }

  /** @throws StoreError `store-unreachable` once a sync has failed */
  assertWhole(): void {
    if (this.#lost) throw this.#lost
  }

  /**
   * Resolves when everything committed so far is on the disk.
   *
   * @throws StoreError `store-unreachable` for ever after: the system forgets what it could not write, so a later sync that
   *   succeeds would say nothing about it
   */
  async sync(): Promise<void> {
    try {
      // SQLite keeps the file for as long as its connection is open.
      this.#file ??= openSync(this.#path, 'r+')
      await sync(this.#file)
    } catch (cause) {
      const message = `what was written to ${this.#path} could not be brought to the disk: check the disk, then start again`
      this.#lost = new StoreError('store-unreachable', message, { path: this.#path }, { cause })
      throw this.#lost
    }
  }

  close(): void {
    // Nothing was written through this handle, so its end has nothing to say.
    if (this.#file !== undefined) close(this.#file, () => undefined)
    this.#file = undefined
  }
}
