import type { Query, Store } from '../store/index.ts'
import type { RefusalCode } from './refusal.ts'

/** Bytes kept of a refused message. */
export const QUARANTINE_PAYLOAD_MAX = 4_096

/** Refused messages kept; the oldest make room. */
export const QUARANTINE_ROWS_MAX = 100_000

/** Rows written between two looks at how many there are. */
const PRUNE_EVERY = 1_000

export const QUARANTINE_PAGE_MAX = 1_000

/** Something that was refused. */
export interface QuarantineEntry {
  readonly code: RefusalCode
  readonly detail: string
  /** Where it came in: `http`, `mqtt`, `import` … */
  readonly door: string
  readonly device: string | undefined
  readonly stream: string | undefined
  /** The message as received; kept up to a limit. */
  readonly payload: Uint8Array
}

export interface QuarantineRecord extends QuarantineEntry {
  readonly no: number
  readonly timeMs: number
  /** Bytes of the message before it was cut. */
  readonly size: number
}

/** What the city refused, with the reason, so that nothing disappears silently. */
export class Quarantine {
  readonly #store: Store
  readonly #now: () => number
  #sincePruned = PRUNE_EVERY

  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
  }

  /** Keeps entries in a transaction of their own. */
  put(entries: readonly QuarantineEntry[]): Promise<void> {
    return this.#store.transaction((tx) => this.putIn(tx, entries))
  }

  /** Keeps entries in a given transaction. */
  async putIn(tx: Query, entries: readonly QuarantineEntry[]): Promise<void> {
    for (const { code, detail, door, device, stream, payload } of entries)
      await tx
        .insertInto('quarantine')
        .values({
          time_ms: this.#now(),
          code,
          detail,
          door,
          device: device ?? null,
          stream: stream ?? null,
          size: payload.length,
          payload: payload.subarray(0, QUARANTINE_PAYLOAD_MAX),
        })
        .execute()
    this.#sincePruned += entries.length
    if (this.#sincePruned >= PRUNE_EVERY) await this.#prune(tx)
  }

  /** Newest first. @param before number of the last record of the page before */
  async list({
    before,
    limit,
  }: {
    readonly before?: number | undefined
    readonly limit: number
  }): Promise<QuarantineRecord[]> {
    let query = this.#store.db.selectFrom('quarantine').selectAll().orderBy('no', 'desc').limit(limit)
    if (before !== undefined) query = query.where('no', '<', before)
    const rows = await query.execute()
    return rows.map(({ time_ms, code, device, stream, ...row }) => ({
      ...row,
      code: code as RefusalCode,
      device: device ?? undefined,
      stream: stream ?? undefined,
      timeMs: time_ms,
    }))
  }

  /** How many are kept under each code. */
  async counts(): Promise<Map<RefusalCode, number>> {
    const rows = await this.#store.db
      .selectFrom('quarantine')
      .select(['code', (c) => c.fn.countAll<number>().as('count')])
      .groupBy('code')
      .execute()
    return new Map(rows.map(({ code, count }) => [code as RefusalCode, Number(count)]))
  }

  async #prune(tx: Query): Promise<void> {
    this.#sincePruned = 0
    await tx
      .deleteFrom('quarantine')
      .where('no', '<=', (c) =>
        c.selectFrom('quarantine').select(({ fn, eb }) => eb(fn.max('no'), '-', QUARANTINE_ROWS_MAX).as('oldest')),
      )
      .execute()
  }
}
