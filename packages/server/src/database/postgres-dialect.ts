import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { ReservedSql, Sql } from 'postgres'
import { postgresError } from './postgres-error.ts'

/** Rows fetched at a time when a query is streamed. */
const CURSOR_ROWS = 500

/** Kysely on the `postgres` driver, which pools connections and prepares each text once per connection. */
export function postgresDialect(connect: () => Sql, place: string): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => postgresDriver(connect, place),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

function postgresDriver(connect: () => Sql, place: string): Driver {
  let pool: Sql | undefined
  return {
    async init() {
      pool = connect()
    },
    async acquireConnection() {
      pool ??= connect()
      try {
        return new PostgresConnection(await pool.reserve(), place)
      } catch (error) {
        throw postgresError(error, place)
      }
    },
    async beginTransaction(connection) {
      await (connection as PostgresConnection).command('begin')
    },
    async commitTransaction(connection) {
      await (connection as PostgresConnection).command('commit')
    },
    async rollbackTransaction(connection) {
      await (connection as PostgresConnection).command('rollback')
    },
    async releaseConnection(connection) {
      ;(connection as PostgresConnection).release()
    },
    async destroy() {
      await pool?.end({ timeout: 5 })
      pool = undefined
    },
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #sql: ReservedSql
  readonly #place: string

  constructor(sql: ReservedSql, place: string) {
    this.#sql = sql
    this.#place = place
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const rows = await this.#sql.unsafe(query.sql, query.parameters as never[], { prepare: true })
      return { rows: rows as unknown as R[], numAffectedRows: BigInt(rows.count ?? 0) }
    } catch (error) {
      throw postgresError(error, this.#place)
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number = CURSOR_ROWS): AsyncIterableIterator<QueryResult<R>> {
    try {
      for await (const rows of this.#sql.unsafe(query.sql, query.parameters as never[]).cursor(chunkSize))
        yield { rows: rows as unknown as R[] }
    } catch (error) {
      throw postgresError(error, this.#place)
    }
  }

  async command(sql: string): Promise<void> {
    try {
      await this.#sql.unsafe(sql)
    } catch (error) {
      throw postgresError(error, this.#place)
    }
  }

  release(): void {
    this.#sql.release()
  }
}
