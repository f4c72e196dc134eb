import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { NodeError } from '../errors/index.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'
import { storeError } from './store-error.ts'

export type Row = Record<string, SQLInputValue | undefined>

export interface DatabaseOptions {
  /** Path of the file, or `:memory:`. Missing folders are made. */
  readonly file: string
  /** Name of the network; a file of another network is refused. */
  readonly network: string
  /** Size above which the file does not grow; writing then fails as on a full disk. Unlimited when absent. */
  readonly sizeBytesMax?: number
}

const PAGE_BYTES = 4096
/** Pages of the journal that are brought into the file together: some minutes of a quiet chain. */
const JOURNAL_PAGES = 256
/** Size to which the journal shrinks again after a large transaction. */
const JOURNAL_BYTES = JOURNAL_PAGES * PAGE_BYTES

/**
 * The node's SQLite file: durable after every transaction (WAL, fsync at commit), owned by one process at a time, readable
 * by its owner only because it holds the seed. Every fault of SQLite leaves as a `NodeError`.
 *
 * @throws NodeError `wrong-network`, `wrong-version`, `store-locked`, `store-damaged`, `disk-full`, `store-failed`
 */
export class Database {
  readonly file: string
  readonly #sqlite: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #depth = 0
  #isClosed = false

  constructor(options: DatabaseOptions) {
    this.file = options.file
    this.#sqlite = open(options.file)
    try {
      this.#guard(() => this.#prepareFile(options))
    } catch (error) {
      this.#sqlite.close()
      throw error
    }
  }

  /** Runs `work` in one transaction; what it throws undoes everything. An inner call joins the outer transaction. */
  transact<T>(work: () => T): T {
    if (this.#depth > 0) return work()
    this.#guard(() => this.#sqlite.exec('BEGIN IMMEDIATE'))
    this.#depth = 1
    try {
      const result = work()
      this.#guard(() => this.#sqlite.exec('COMMIT'))
      return result
    } catch (error) {
      // A full disk may have rolled the transaction back already.
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK')
      throw error
    } finally {
      this.#depth = 0
    }
  }

  /** As `transact`, and what it overwrites or deletes is nowhere in the files afterwards, as far as the file system allows. */
  erase<T>(work: () => T): T {
    this.#guard(() => this.#sqlite.exec('PRAGMA secure_delete = ON'))
    try {
      const result = this.transact(work)
      // Older pages stand in the journal until it is cut.
      this.#guard(() => this.#sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
      return result
    } finally {
      this.#guard(() => this.#sqlite.exec('PRAGMA secure_delete = OFF'))
    }
  }

  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastRow: number } {
    return this.#guard(() => {
      const result = this.#statement(sql).run(...values)
      return { changes: Number(result.changes), lastRow: Number(result.lastInsertRowid) }
    })
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...values))
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values))
  }

  /** Rows one by one, for results that should not be in memory at once. Do not write while iterating. */
  *each(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    const rows = this.#guard(() => this.#sqlite.prepare(sql).iterate(...values))
    for (;;) {
      const step = this.#guard(() => rows.next())
      if (step.done) return
      yield step.value
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#statements.clear()
    this.#sqlite.close()
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #guard<T>(work: () => T): T {
    if (this.#isClosed) throw new NodeError('not-running', `${this.file} was closed when the node stopped`)
    try {
      return work()
    } catch (error) {
      throw storeError(error, this.file)
    }
  }

  #prepareFile({ network, file, sizeBytesMax }: DatabaseOptions): void {
    this.#sqlite.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${JOURNAL_PAGES};
      PRAGMA journal_size_limit = ${JOURNAL_BYTES};
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -4096;
      PRAGMA foreign_keys = ON;
      ${sizeBytesMax === undefined ? '' : `PRAGMA max_page_count = ${Math.max(1, Math.floor(sizeBytesMax / PAGE_BYTES))};`}
    `)
    // In exclusive mode the lock is taken by the first write and held until the file is closed or the process ends.
    this.#sqlite.exec('BEGIN IMMEDIATE; COMMIT;')
    const applicationId = this.#pragma('application_id')
    const version = this.#pragma('user_version')
    if (applicationId === 0 && version === 0 && !this.#hasTables()) {
      this.transact(() => {
        this.#sqlite.exec(SCHEMA)
        this.#sqlite.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`)
        this.run('INSERT INTO meta VALUES (?, ?)', 'network', network)
      })
      return
    }
    if (applicationId !== APPLICATION_ID) {
      throw new NodeError('store-damaged', `${file} is not the database of a node; choose another data folder`, {
        file,
      })
    }
    if (version !== SCHEMA_VERSION) {
      throw new NodeError(
        'wrong-version',
        `${file} has store version ${version}, this program writes version ${SCHEMA_VERSION}; use the program that wrote it, or another data folder`,
        { file, found: version, expected: SCHEMA_VERSION },
      )
    }
    const found = this.get('SELECT value FROM meta WHERE name = ?', 'network')?.value
    if (found !== network) {
      throw new NodeError(
        'wrong-network',
        `${file} belongs to the network "${String(found)}", not to "${network}"; choose that network, or another data folder`,
        { file, found, expected: network },
      )
    }
  }

  #pragma(name: 'application_id' | 'user_version'): number {
    return Number(this.#sqlite.prepare(`PRAGMA ${name}`).get()?.[name])
  }

  #hasTables(): boolean {
    return this.#sqlite.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
  }
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') {
      mkdirSync(dirname(file), { recursive: true })
      closeSync(openSync(file, 'a', 0o600))
      chmodSync(file, 0o600)
    }
    return new DatabaseSync(file, { timeout: 0 })
  } catch (error) {
    throw storeError(error, file)
  }
}
