import { toLowerHex } from '../crypto/index.ts'
import type { Query, StreamHeadTable } from '../store/index.ts'

/** Where a stream stands. */
export interface StreamHead {
  /** Readings accepted so far. Fewer than `lastSequence` when some are missing. */
  readonly readings: number
  readonly lastSequence: number
  /** Leaf in the log of the reading with that sequence. */
  readonly lastIndex: number
  /** Id of the pack that ends at `lastSequence`, 64 hex digits. */
  readonly lastPack: string
  readonly firstTimeMs: number
  readonly lastTimeMs: number
}

/** Streams asked for with one query. */
const STREAMS_PER_QUERY = 250

/** Heads of streams by their row numbers; streams without readings have none. */
export async function readStreamHeads(db: Query, streamNos: readonly number[]): Promise<Map<number, StreamHead>> {
  const heads = new Map<number, StreamHead>()
  for (let at = 0; at < streamNos.length; at += STREAMS_PER_QUERY) {
    const rows = await db
      .selectFrom('stream_head')
      .selectAll()
      .where('stream_no', 'in', streamNos.slice(at, at + STREAMS_PER_QUERY))
      .execute()
    for (const row of rows) heads.set(row.stream_no, toHead(row))
  }
  return heads
}

const toHead = (row: StreamHeadTable): StreamHead => ({
  readings: row.readings,
  lastSequence: row.last_sequence,
  lastIndex: row.last_index,
  lastPack: toLowerHex(row.last_pack),
  firstTimeMs: row.first_time_ms,
  lastTimeMs: row.last_time_ms,
})
