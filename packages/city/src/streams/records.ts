import type { ReadingTable, Store } from '../store/index.ts'
import { exactDecimal } from './exact-decimal.ts'
import type { Reading } from './reading.ts'
import { formatReadingId, parseReadingId } from './reading-id.ts'
import { READING_COLUMNS, readingOf } from './reading-row.ts'
import type { Stream, StreamKind } from './stream.ts'
import { StreamError } from './stream-error.ts'
import type { StreamRegister } from './stream-register.ts'

/** Readings of one page at most. */
export const RECORDS_PAGE_MAX = 10_000

/** An accepted reading with its place. */
export interface ReadingRecord extends Reading {
  /** `<stream id>@<sequence>`. */
  readonly id: string
  readonly stream: string
  readonly sequence: number
  /** Leaf of the log, counted from 0. */
  readonly logIndex: number
  /** The exact decimal of `value`; `undefined` when it is not a number or marked missing. */
  readonly number: string | undefined
}

/** An accepted reading with the unit of its stream. */
export interface StreamRecord extends ReadingRecord {
  /** UCUM code. */
  readonly unit: string
}

export interface SequenceRange {
  /** First sequence; 1 by default. */
  readonly from?: number | undefined
  /** Last sequence, inclusive. */
  readonly to?: number | undefined
  readonly limit: number
}

export interface TimeRange {
  /** Inclusive. */
  readonly fromMs?: number | undefined
  /** Exclusive. */
  readonly toMs?: number | undefined
  /** Place of the last record of the page before. */
  readonly after?: { readonly timeMs: number; readonly logIndex: number } | undefined
  /** Newest first. */
  readonly descending?: boolean | undefined
  readonly limit: number
}

/** A pack as it was accepted. Its readings are leaves `logFirst … logFirst + count - 1`. */
export interface StoredPack {
  /** 32 bytes. */
  readonly id: Uint8Array
  /** Canonical JSON, as signed. */
  readonly header: string
  /** 64 bytes. */
  readonly signature: Uint8Array
  /** Sequence of the first reading. */
  readonly first: number
  readonly count: number
  readonly logFirst: number
  readonly receivedMs: number
}

type Row = Omit<ReadingTable, 'stream_no'>

/** Leaves looked up with one query. */
const LEAVES_PER_QUERY = 250

/** Reads what the city has accepted. */
export class Records {
  readonly #store: Store
  readonly #streams: StreamRegister

  constructor(store: Store, streams: StreamRegister) {
    this.#store = store
    this.#streams = streams
  }

  /**
   * One reading by its id, or `undefined`.
   *
   * @throws StreamError `reading-id`
   */
  async find(id: string): Promise<ReadingRecord | undefined> {
    const { stream: streamId, sequence } = parseReadingId(id)
    const stream = await this.#streams.find(streamId)
    const pack = stream && (await this.#packAt(stream, sequence))
    if (!pack) return undefined
    const row = await this.#store.db
      .selectFrom('reading')
      .select(READING_COLUMNS)
      .where('reading.log_index', '=', pack.logFirst + sequence - pack.first)
      .executeTakeFirstOrThrow()
    return toRecord(stream, row)
  }

  /** The pack that holds a reading, or `undefined`. @throws StreamError `reading-id` */
  async packOf(id: string): Promise<StoredPack | undefined> {
    const { stream: streamId, sequence } = parseReadingId(id)
    const stream = await this.#streams.find(streamId)
    return stream && this.#packAt(stream, sequence)
  }

  /** Readings of a stream in the order of their sequence. @throws StreamError `page` */
  async bySequence(stream: Stream, { from = 1, to, limit }: SequenceRange): Promise<ReadingRecord[]> {
    assertLimit(limit)
    let query = this.#store.db
      .selectFrom('pack')
      .innerJoin('reading', (join) =>
        join
          .onRef('reading.log_index', '>=', 'pack.log_first')
          .on((c) => c('reading.log_index', '<', c('pack.log_first', '+', c.ref('pack.count')))),
      )
      .select(READING_COLUMNS)
      .where('pack.stream_no', '=', stream.no)
      // The pack that holds `from` begins at or before it: the greatest such `first`, or `from` itself when there is none.
      .where('pack.first', '>=', (c) =>
        c
          .selectFrom('pack as before')
          .select(({ fn, val }) => fn.coalesce(fn.max('before.first'), val(from)).as('first'))
          .where('before.stream_no', '=', stream.no)
          .where('before.first', '<=', from),
      )
      .where('reading.sequence', '>=', from)
      .orderBy('pack.first')
      .orderBy('reading.log_index')
      .limit(limit)
    if (to !== undefined) query = query.where('pack.first', '<=', to).where('reading.sequence', '<=', to)
    return (await query.execute()).map((row) => toRecord(stream, row))
  }

  /** Readings of a stream in the order of their time, those of equal time as they were logged. @throws StreamError `page` */
  async byTime(stream: Stream, { fromMs, toMs, after, descending, limit }: TimeRange): Promise<ReadingRecord[]> {
    assertLimit(limit)
    const order = descending ? 'desc' : 'asc'
    const beyond = descending ? '<' : '>'
    let query = this.#store.db
      .selectFrom('reading')
      .select(READING_COLUMNS)
      .where('reading.stream_no', '=', stream.no)
      .orderBy('reading.time_ms', order)
      .orderBy('reading.log_index', order)
      .limit(limit)
    if (fromMs !== undefined) query = query.where('reading.time_ms', '>=', fromMs)
    if (toMs !== undefined) query = query.where('reading.time_ms', '<', toMs)
    if (after)
      query = query.where((c) =>
        c.or([
          c('reading.time_ms', beyond, after.timeMs),
          c.and([c('reading.time_ms', '=', after.timeMs), c('reading.log_index', beyond, after.logIndex)]),
        ]),
      )
    return (await query.execute()).map((row) => toRecord(stream, row))
  }

  /** The newest readings of all streams, newest first. @param before leaf of the last record of the page before */
  async newest({
    before,
    limit,
  }: {
    readonly before?: number | undefined
    readonly limit: number
  }): Promise<StreamRecord[]> {
    assertLimit(limit)
    let query = this.#withStream().orderBy('reading.log_index', 'desc').limit(limit)
    if (before !== undefined) query = query.where('reading.log_index', '<', before)
    return (await query.execute()).map(toStreamRecord)
  }

  /** The readings at these leaves of the log, in the order of the log; leaves beyond its end are left out. */
  async atLeaves(logIndices: readonly number[]): Promise<StreamRecord[]> {
    assertLimit(Math.max(logIndices.length, 1))
    const records: StreamRecord[] = []
    for (let at = 0; at < logIndices.length; at += LEAVES_PER_QUERY) {
      const leaves = logIndices.slice(at, at + LEAVES_PER_QUERY)
      const rows = await this.#withStream()
        .where('reading.log_index', 'in', leaves)
        .orderBy('reading.log_index')
        .execute()
      records.push(...rows.map(toStreamRecord))
    }
    return records
  }

  #withStream() {
    return this.#store.db
      .selectFrom('reading')
      .innerJoin('stream', 'stream.no', 'reading.stream_no')
      .select(['stream.id as id', 'stream.unit as unit', 'stream.kind as kind', ...READING_COLUMNS])
  }

  async #packAt(stream: Stream, sequence: number): Promise<StoredPack | undefined> {
    const row = await this.#store.db
      .selectFrom('pack')
      .selectAll()
      .where('stream_no', '=', stream.no)
      .where('first', '<=', sequence)
      .orderBy('first', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!row || sequence >= row.first + row.count) return undefined
    return {
      id: row.id,
      header: row.header,
      signature: row.signature,
      first: row.first,
      count: row.count,
      logFirst: row.log_first,
      receivedMs: row.received_ms,
    }
  }
}

function assertLimit(limit: number): void {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= RECORDS_PAGE_MAX))
    throw new StreamError('page', `a page of readings has 1 to ${RECORDS_PAGE_MAX} of them, not ${limit}`)
}

const toStreamRecord = (row: Row & Pick<Stream, 'id' | 'unit'> & { readonly kind: string }): StreamRecord => ({
  ...toRecord({ id: row.id, kind: row.kind as StreamKind }, row),
  unit: row.unit,
})

function toRecord(stream: Pick<Stream, 'id' | 'kind'>, row: Row): ReadingRecord {
  const reading = readingOf(row)
  const isNumber = stream.kind === 'number' && reading.value !== null && reading.quality !== 'missing'
  return {
    ...reading,
    id: formatReadingId({ stream: stream.id, sequence: row.sequence }),
    stream: stream.id,
    sequence: row.sequence,
    logIndex: row.log_index,
    number: isNumber ? exactDecimal(reading.value!) : undefined,
  }
}
