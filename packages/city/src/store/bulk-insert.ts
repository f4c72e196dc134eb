import { type CompiledQuery, type InsertObject, sql } from 'kysely'
import type { Query } from './store.ts'
import type { Tables } from './tables.ts'

/** Rows of one statement at most. With 10 columns far below the 32,766 parameters that SQLite takes. */
export const BULK_ROWS_MAX = 256

/**
 * Inserts many rows with few statements. Each statement is built and compiled once per number of rows (a power of two, so
 * there are nine of them) and afterwards only given new parameters: building it anew costs more than the insert itself.
 * Serves one store only, because engines differ in their SQL.
 */
export class BulkInsert<T extends keyof Tables, C extends keyof Tables[T] & string> {
  readonly #table: T
  readonly #columns: readonly C[]
  readonly #key: readonly C[]
  readonly #compiled = new Map<number, CompiledQuery>()

  /** @param key columns of a unique key: a row that has one already replaces it; without, it is an error. */
  constructor(table: T, columns: readonly C[], key: readonly C[] = []) {
    this.#table = table
    this.#columns = columns
    this.#key = key
  }

  /** `values` holds the rows one after another, each in the order of the columns. */
  async run(tx: Query, values: readonly unknown[]): Promise<void> {
    const width = this.#columns.length
    for (let at = 0, left = values.length / width; left > 0; ) {
      const rows = Math.min(BULK_ROWS_MAX, 2 ** Math.floor(Math.log2(left)))
      const statement = this.#statement(tx, rows)
      await tx.executeQuery({ ...statement, parameters: values.slice(at, at + rows * width) })
      at += rows * width
      left -= rows
    }
  }

  #statement(db: Query, rows: number): CompiledQuery {
    const known = this.#compiled.get(rows)
    if (known) return known
    // Values differ from run to run; `0` only marks where a parameter stands.
    const row = Object.fromEntries(this.#columns.map((column) => [column, 0])) as InsertObject<Tables, T>
    let insert = db.insertInto(this.#table).values(Array.from({ length: rows }, () => row))
    if (this.#key.length > 0)
      insert = insert.onConflict((c) => c.columns(this.#key as never).doUpdateSet(this.#replaced()))
    const statement = insert.compile()
    this.#compiled.set(rows, statement)
    return statement
  }

  #replaced() {
    const rest = this.#columns.filter((column) => !this.#key.includes(column))
    return Object.fromEntries(rest.map((column) => [column, sql.ref(`excluded.${column}`)])) as never
  }
}
