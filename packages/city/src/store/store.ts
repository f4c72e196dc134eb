import { Kysely, type Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import { migrate, readMeta, schemaVersion, writeMeta } from './migrate.ts'
import { StoreError } from './store-error.ts'
import type { Tables } from './tables.ts'

/** What a database belongs to. Written into it on first use, compared ever after. */
export interface StoreIdentity {
  /** Minima network the city anchors on: `main`, `test`, `dev`, or a private network's name. */
  readonly network: string
  /** Origin line of the city's log. */
  readonly origin: string
}

export type Query = Kysely<Tables>
export type StoreTransaction = Transaction<Tables>

/** The city's rows: one schema and one set of queries on every engine. */
export interface Store {
  readonly engine: Engine
  readonly identity: StoreIdentity
  /** Reads outside a transaction. */
  readonly db: Query
  /**
   * Runs `work` in one transaction: durable when the promise resolves, without trace when it rejects.
   *
   * @throws StoreError as the engine answers; whatever `work` throws
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>
  schema(): Promise<number>
  /** A small fact kept beside the rows; names beginning with `city.` are the store's own. */
  meta(name: string): Promise<string | undefined>
  putMeta(name: string, value: string): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the city's rows on an engine, bringing the schema up to date.
 *
 * @throws StoreError `store-foreign` when the data belongs to another network or city, `store-newer` when a newer version
 *   wrote it, `store-damaged` and `store-unreachable` as the engine answers
 */
export async function openStore(engine: Engine, identity: StoreIdentity): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  try {
    await migrate(db, engine)
    await db.transaction().execute(async (tx) => {
      await claim(tx, engine, 'network', identity.network)
      await claim(tx, engine, 'origin', identity.origin)
    })
  } catch (error) {
    await db.destroy()
    throw error
  }

  let closing: Promise<void> | undefined
  return {
    engine,
    identity,
    db,
    transaction: (work) => db.transaction().execute(work),
    schema: () => schemaVersion(db),
    meta: (name) => readMeta(db, name),
    putMeta: (name, value) => writeMeta(db, name, value),
    close: () => {
      closing ??= db.destroy()
      return closing
    },
  }
}

async function claim(tx: Query, engine: Engine, fact: keyof StoreIdentity, wanted: string): Promise<void> {
  const name = `city.${fact}`
  const found = await readMeta(tx, name)
  if (found === undefined) await writeMeta(tx, name, wanted)
  else if (found !== wanted)
    throw new StoreError(
      'store-foreign',
      `the data at ${engine.place} belongs to ${fact} ${found}, not ${wanted}: use another data folder or database`,
      { place: engine.place, fact, found, wanted },
    )
}
