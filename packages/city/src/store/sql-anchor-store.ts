import type { AnchorFounding, AnchorState, AnchorStore, StoredAnchor } from '../anchor/index.ts'
import type { Query, Store } from './store.ts'
import type { AnchorTable } from './tables.ts'

/** Notes of the anchorer's own are kept apart from this one. */
const FOUNDING = 'founding'
const OWN = 'note.'

/** The anchorer's memory as rows. */
export class SqlAnchorStore implements AnchorStore {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async founding(): Promise<AnchorFounding | undefined> {
    const text = await this.#read(FOUNDING)
    return text === undefined ? undefined : (JSON.parse(text) as AnchorFounding)
  }

  putFounding(founding: AnchorFounding | undefined): Promise<void> {
    return this.#store.transaction(async (tx) => {
      if (founding) await write(tx, FOUNDING, JSON.stringify(founding))
      else await tx.deleteFrom('anchor_note').where('name', '=', FOUNDING).execute()
    })
  }

  async put({ serial, size, state, due, text }: StoredAnchor): Promise<void> {
    const facts = { size, state, due, text }
    await this.#store.transaction((tx) =>
      tx
        .insertInto('anchor')
        .values({ serial, ...facts })
        .onConflict((c) => c.column('serial').doUpdateSet(facts))
        .execute(),
    )
  }

  async get(serial: number): Promise<StoredAnchor | undefined> {
    return toAnchor(await this.#anchors().where('serial', '=', serial).executeTakeFirst())
  }

  async newest(): Promise<StoredAnchor | undefined> {
    return toAnchor(await this.#anchors().orderBy('serial', 'desc').limit(1).executeTakeFirst())
  }

  async covering(size: number): Promise<StoredAnchor | undefined> {
    return toAnchor(
      await this.#anchors()
        .where('size', '>=', size)
        .where('state', 'in', ['confirmed', 'buried', 'sealed'])
        .orderBy('size')
        .orderBy('serial')
        .limit(1)
        .executeTakeFirst(),
    )
  }

  async due(block: number, limit: number): Promise<StoredAnchor[]> {
    const rows = await this.#anchors().where('due', '<=', block).orderBy('serial').limit(limit).execute()
    return rows.map((row) => toAnchor(row)!)
  }

  async list(limit: number, before?: number): Promise<StoredAnchor[]> {
    let query = this.#anchors().orderBy('serial', 'desc').limit(limit)
    if (before !== undefined) query = query.where('serial', '<', before)
    return (await query.execute()).map((row) => toAnchor(row)!)
  }

  note(name: string): Promise<string | undefined> {
    return this.#read(OWN + name)
  }

  putNote(name: string, value: string): Promise<void> {
    return this.#store.transaction((tx) => write(tx, OWN + name, value))
  }

  #anchors() {
    return this.#store.db.selectFrom('anchor').selectAll()
  }

  async #read(name: string): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('anchor_note')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirst()
    return row?.value
  }
}

async function write(tx: Query, name: string, value: string): Promise<void> {
  await tx
    .insertInto('anchor_note')
    .values({ name, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute()
}

const toAnchor = <R extends AnchorTable | undefined>(row: R) =>
  (row && { ...row, state: row.state as AnchorState }) as R extends undefined ? undefined : StoredAnchor
