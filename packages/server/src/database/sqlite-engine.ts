import { chmodSync, existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type Engine, StoreError } from '@minipolis/city'
import { sqliteDialect } from './sqlite-dialect.ts'

/** How long SQLite itself waits, holding up the thread; transactions wait longer, and politely. */
const BUSY_TIMEOUT_MS = 100

/** Memory for pages of the file. */
const CACHE_KIB = 16_384

/** Set in the file's header, so that tools and we ourselves know whose it is: "MpCt". */
const APPLICATION_ID = 0x4d704374

/**
 * The embedded engine: one file and its write-ahead log, with `synchronous=FULL`, so a commit that returned survives a power
 * cut.
 */
export function sqliteEngine(path: string): Engine {
  return { name: 'sqlite', place: path, dialect: sqliteDialect(() => openDatabase(path), path) }
}

function openDatabase(path: string): DatabaseSync {
  const isNew = !existsSync(path)
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    assertOurs(database, path)
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma cache_size = -${CACHE_KIB};
      pragma application_id = ${APPLICATION_ID};
    `)
    // Keys' owners and refused messages stand in it: for its owner only. The write-ahead log takes the same mode.
    if (isNew) chmodSync(path, 0o600)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

function assertOurs(database: DatabaseSync, path: string): void {
  const id = database.prepare('pragma application_id').get()?.application_id
  const tables = database.prepare('select count(*) as count from sqlite_schema').get()?.count
  if (id === APPLICATION_ID || tables === 0) return
  throw new StoreError('store-foreign', `the database at ${path} is not one of Minipolis: use another path`, { path })
}
