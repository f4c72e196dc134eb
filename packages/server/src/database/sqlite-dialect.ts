import type { DatabaseSync } from 'node:sqlite'
import type { Dialect, Driver } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { SqliteConnection } from './sqlite-connection.ts'
import { Turns } from './turns.ts'

/** Kysely on the runtime's own SQLite. `open` is called once, on first use; `place` names the file in messages. */
export function sqliteDialect(open: () => DatabaseSync, place: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(open, place),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/**
 * One connection, used in turns: a transaction of many awaited statements must not be joined by strangers. Everything runs
 * on this thread, so more connections would only wait for each other inside SQLite instead of here.
 */
function sqliteDriver(open: () => DatabaseSync, place: string): Driver {
  const turns = new Turns()
  let connection: SqliteConnection | undefined

  const own = (): SqliteConnection => {
    connection ??= new SqliteConnection(open, place)
    return connection
  }

  return {
    async init() {},
    async acquireConnection() {
      await turns.take()
      try {
        return own()
      } catch (error) {
        turns.give()
        throw error
      }
    },
    async releaseConnection() {
      turns.give()
    },
    async beginTransaction() {
      await own().begin()
    },
    async commitTransaction() {
      await own().commit()
    },
    async rollbackTransaction() {
      own().rollback()
    },
    async destroy() {
      await turns.take()
      connection?.close()
      connection = undefined
      turns.give()
    },
  }
}
