import { type Kysely, sql } from 'kysely'
import { columnTypes, type Engine } from './engine.ts'
import { migrations } from './migrations/index.ts'
import { StoreError } from './store-error.ts'
import type { Tables } from './tables.ts'

const SCHEMA = 'schema'

/** Any number that other programs on the same server do not use: "MpCt". */
const LOCK = 0x4d704374

/**
 * Brings a database to the newest schema: every missing step with its version in one transaction, so that a cut leaves a
 * complete older schema.
 *
 * @throws StoreError `store-newer` when the database has steps that this program does not know
 */
export async function migrate(db: Kysely<Tables>, engine: Engine): Promise<void> {
  const types = columnTypes[engine.name]
  await db.transaction().execute(async (tx) => {
    // Two servers may start on one empty PostgreSQL at once, and `if not exists` does not see what is not committed.
    if (engine.name === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx)
    if (engine.schema !== undefined) await tx.schema.createSchema(engine.schema).ifNotExists().execute()
    await tx.schema
      .createTable('meta')
      .ifNotExists()
      .addColumn('name', types.text, (c) => c.primaryKey())
      .addColumn('value', types.text, (c) => c.notNull())
      .execute()
  })

  let version = await schemaVersion(db)
  if (version > migrations.length)
    throw new StoreError(
      'store-newer',
      `the data at ${engine.place} has schema ${version}, this version of Minipolis knows schemas up to ${migrations.length}: use a newer version`,
      { place: engine.place, schema: version, known: migrations.length },
    )

  while (version < migrations.length) {
    await db.transaction().execute(async (tx) => {
      // The second of two servers waits here and then finds the step done. SQLite has taken its lock at the beginning.
      if (engine.name === 'postgres') await sql`lock table meta in exclusive mode`.execute(tx)
      version = await schemaVersion(tx)
      const step = migrations[version]
      if (!step) return
      await step.up(tx as unknown as Kysely<unknown>, types)
      version++
      await writeMeta(tx, SCHEMA, String(version))
    })
  }
}

export async function schemaVersion(db: Kysely<Tables>): Promise<number> {
  return Number((await readMeta(db, SCHEMA)) ?? 0)
}

export async function readMeta(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value
}

export async function writeMeta(db: Kysely<Tables>, name: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute()
}
