import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { StoreError } from '@minipolis/city'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { sqliteError } from './sqlite-error.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

/** Prepared statements kept; the service has a few dozen, migrations and ad-hoc queries pass through. */
const STATEMENTS_MAX = 256

/** How long to wait for another process that is writing to the same file. */
const BUSY_TIMEOUT_MS = 10_000
const BUSY_PAUSE_MS = 5

const FULL = 'pragma synchronous = full'

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

/** Runs compiled queries on one SQLite database, preparing each text once. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #place: string
  readonly #prepared = new Map<string, Prepared>()
  readonly #wal: WriteAheadLog

  /** @throws StoreError `store-unreachable`, `store-damaged` */
  constructor(open: () => DatabaseSync, place: string) {
    this.#place = place
    try {
      this.#database = open()
      this.#wal = new WriteAheadLog(this.#database.location() ?? place)
    } catch (error) {
      throw sqliteError(error, place)
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { statement, returnsRows } = this.#prepare(query.sql)
      const parameters = query.parameters as SQLInputValue[]
      if (returnsRows) return { rows: statement.all(...parameters) as R[] }
      const { changes } = statement.run(...parameters)
      return { numAffectedRows: BigInt(changes), rows: [] }
    } catch (error) {
      throw sqliteError(error, this.#place)
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    try {
      // A statement of its own: the kept one may be used by others while this one is being read.
      for (const row of this.#database.prepare(query.sql).iterate(...(query.parameters as SQLInputValue[])))
        yield { rows: [row as R] }
    } catch (error) {
      throw sqliteError(error, this.#place)
    }
  }

  /**
   * Begins to write. Waits between tries for another connection that is writing, without holding up this thread: the other
   * one may live on it too.
   *
   * @throws StoreError `store-busy` after `BUSY_TIMEOUT_MS`
   */
  async begin(): Promise<void> {
    this.#wal.assertWhole()
    // Single statements sync by themselves; the end of a transaction is waited for elsewhere, by `commit`.
    this.#command('pragma synchronous = normal')
    try {
      await this.#takeWriteLock()
    } catch (error) {
      this.#command(FULL)
      throw error
    }
  }

  /**
   * Durable when it resolves.
   *
   * @throws StoreError: nothing was written; `store-unreachable` when the disk failed at the last step: then nothing more is
   *   taken until the next start
   */
  async commit(): Promise<void> {
    this.#command('commit')
    this.#command(FULL)
    await this.#wal.sync()
  }

  rollback(): void {
    // SQLite ends a transaction itself when, for example, the disk is full: there is nothing left to undo then.
    if (this.#database.isTransaction) this.#command('rollback')
    this.#command(FULL)
  }

  close(): void {
    this.#prepared.clear()
    if (this.#database.isOpen) this.#database.close()
    this.#wal.close()
  }

  async #takeWriteLock(): Promise<void> {
    const deadline = performance.now() + BUSY_TIMEOUT_MS
    for (;;) {
      try {
        // `immediate` takes the write lock at once: a transaction that reads first could otherwise fail halfway as busy.
        this.#command('begin immediate')
        return
      } catch (error) {
        const busy = error instanceof StoreError && error.code === 'store-busy'
        if (!busy || performance.now() > deadline) throw error
      }
      await setTimeout(BUSY_PAUSE_MS)
    }
  }

  #command(sql: string): void {
    try {
      this.#database.exec(sql)
    } catch (error) {
      throw sqliteError(error, this.#place)
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    if (!this.#database.isOpen) throw new StoreError('store-closed', `the database at ${this.#place} is closed`)
    const statement = this.#database.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    if (this.#prepared.size >= STATEMENTS_MAX) this.#prepared.clear()
    this.#prepared.set(sql, prepared)
    return prepared
  }
}
