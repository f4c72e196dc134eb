import { sql } from 'kysely'
import { sha256 } from '../crypto/index.ts'
import {
  type LogBatch,
  LogError,
  type LogState,
  type LogStore,
  type LogWriter,
  type StoredCheckpoint,
} from '../log/index.ts'
import { BulkInsert, type CheckpointTable, type Query, type Store } from '../store/index.ts'
import { readingEntry } from './reading-entry.ts'
import { READING_COLUMNS, readingOf } from './reading-row.ts'

/** The one row of `log_head`: a database holds one log. */
const HEAD = 0

/** Tiles looked up with one query. */
const TILES_PER_QUERY = 64

/** Entries of one call at most, as the port says. */
const ENTRIES_MAX = 4_096

/** Checkpoints put between two thinnings. */
const THIN_EVERY = 600

/** Of older checkpoints one for each ten minutes is kept, and those that anchors name. */
const KEEP_ALL_MS = 3_600_000
const KEEP_ONE_MS = 600_000

/** The log's tiles, head and checkpoints as rows; its entries are written anew from the readings. */
export class SqlLogStore implements LogStore {
  readonly #store: Store
  #sinceThinned = 0

  constructor(store: Store) {
    this.#store = store
  }

  async state(): Promise<LogState> {
    const row = await this.#store.db
      .selectFrom('log_head')
      .select(['size', 'root'])
      .where('no', '=', HEAD)
      .executeTakeFirst()
    return row ?? { size: 0, root: sha256(new Uint8Array(0)) }
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const row = await this.#store.db
      .selectFrom('tile')
      .select('hashes')
      .where('level', '=', level)
      .where('position', '=', index)
      .executeTakeFirst()
    return row?.hashes
  }

  async tiles(
    keys: readonly { readonly level: number; readonly index: number }[],
  ): Promise<(Uint8Array | undefined)[]> {
    const found = new Map<string, Uint8Array>()
    for (let at = 0; at < keys.length; at += TILES_PER_QUERY) {
      const part = keys.slice(at, at + TILES_PER_QUERY)
      const rows = await this.#store.db
        .selectFrom('tile')
        .selectAll()
        .where(({ and, or, eb }) =>
          or(part.map(({ level, index }) => and([eb('level', '=', level), eb('position', '=', index)]))),
        )
        .execute()
      for (const { level, position, hashes } of rows) found.set(`${level}/${position}`, hashes)
    }
    return keys.map(({ level, index }) => found.get(`${level}/${index}`))
  }

  async entries(first: number, count: number): Promise<Uint8Array[]> {
    if (count > ENTRIES_MAX)
      throw new LogError('log-range', `at most ${ENTRIES_MAX} entries are read at once, not ${count}`)
    const rows = await this.#store.db
      .selectFrom('reading')
      .innerJoin('stream', 'stream.no', 'reading.stream_no')
      .select(['stream.id as stream', ...READING_COLUMNS])
      .where('reading.log_index', '>=', first)
      .where('reading.log_index', '<', first + count)
      .orderBy('reading.log_index')
      .execute()
    const encoder = new TextEncoder()
    return rows.map((row) => encoder.encode(readingEntry(row.stream, row.sequence, readingOf(row))))
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    const row = await this.#store.db
      .selectFrom('checkpoint')
      .selectAll()
      .orderBy('size', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && toCheckpoint(row)
  }

  async checkpointAtMost(size: number): Promise<StoredCheckpoint | undefined> {
    const row = await this.#store.db
      .selectFrom('checkpoint')
      .selectAll()
      .where('size', '<=', size)
      .orderBy('size', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && toCheckpoint(row)
  }

  async checkpointAtLeast(size: number): Promise<StoredCheckpoint | undefined> {
    const row = await this.#store.db
      .selectFrom('checkpoint')
      .selectAll()
      .where('size', '>=', size)
      .orderBy('size')
      .limit(1)
      .executeTakeFirst()
    return row && toCheckpoint(row)
  }

  async putCheckpoint({ size, root, text, timeMs }: StoredCheckpoint): Promise<void> {
    await this.#store.transaction(async (tx) => {
      await tx
        .insertInto('checkpoint')
        .values({ size, root, text, time_ms: timeMs })
        // Two servers may sign the same tree: one checkpoint of each size is enough.
        .onConflict((c) => c.column('size').doNothing())
        .execute()
      if (++this.#sinceThinned >= THIN_EVERY) {
        await thinCheckpoints(tx, timeMs - KEEP_ALL_MS)
        this.#sinceThinned = 0
      }
    })
  }
}

/** Writes log batches; make one per store, and bind it to each transaction. */
export class SqlLogWriter {
  readonly #tiles = new BulkInsert('tile', ['level', 'position', 'hashes'], ['level', 'position'])

  bind(tx: Query): LogWriter {
    return { append: (batch) => this.#append(tx, batch) }
  }

  async #append(tx: Query, { first, size, root, tiles }: LogBatch): Promise<void> {
    // The new head goes first: it takes the row's lock, so that two writers never plan on the same end.
    const moved =
      first === 0
        ? await tx
            .insertInto('log_head')
            .values({ no: HEAD, size, root })
            .onConflict((c) => c.column('no').doNothing())
            .executeTakeFirst()
            .then((result) => result.numInsertedOrUpdatedRows)
        : await tx
            .updateTable('log_head')
            .set({ size, root })
            .where('no', '=', HEAD)
            .where('size', '=', first)
            .executeTakeFirst()
            .then((result) => result.numUpdatedRows)
    if (moved !== 1n)
      throw new LogError('log-moved', `another writer appended to the log behind leaf ${first}: read its end again`, {
        first,
      })
    await this.#tiles.run(
      tx,
      tiles.flatMap(({ level, index, hashes }) => [level, index, hashes]),
    )
  }
}

/** A checkpoint a second would be thirty million a year; evidence asks for the next one that is there. */
async function thinCheckpoints(tx: Query, beforeMs: number): Promise<void> {
  await tx
    .deleteFrom('checkpoint')
    .where('time_ms', '<', beforeMs)
    .where('size', 'not in', (c) =>
      c
        .selectFrom('checkpoint as kept')
        .select(({ fn }) => fn.max('kept.size').as('size'))
        .groupBy(sql`kept.time_ms / ${sql.lit(KEEP_ONE_MS)}`),
    )
    .where('size', 'not in', (c) => c.selectFrom('anchor').select('anchor.size'))
    .execute()
}

const toCheckpoint = ({ size, root, text, time_ms }: CheckpointTable): StoredCheckpoint => ({
  size,
  root,
  text,
  timeMs: time_ms,
})
