import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../engine.ts'

/** One step of the schema. Released steps are never changed; a new step is added behind them. */
export interface Migration {
  readonly name: string
  /** Runs inside a transaction of its own. Knows no table types: those describe the newest schema, not this step's. */
  up(db: Kysely<unknown>, type: ColumnTypes): Promise<void>
}
