import type { Store } from '../store/index.ts'
import type { Reading } from './reading.ts'
import { readingOf } from './reading-row.ts'
import type { Stream } from './stream.ts'

/** Times looked up with one query. */
const TIMES_PER_QUERY = 250

/**
 * Which of these readings the stream holds already: of equal time, value, quality, received text and note. So a source that
 * is read again adds nothing, though its rows carry no key of their own.
 *
 * @returns one answer per reading, in their order
 */
export async function heldReadings(store: Store, stream: Stream, readings: readonly Reading[]): Promise<boolean[]> {
  const times = [...new Set(readings.map((reading) => reading.timeMs))]
  const held = new Set<string>()
  for (let at = 0; at < times.length; at += TIMES_PER_QUERY) {
    const rows = await store.db
      .selectFrom('reading')
      .select(['time_ms', 'value', 'quality', 'received_time', 'received_zone', 'note', 'commitment'])
      .where('stream_no', '=', stream.no)
      .where('time_ms', 'in', times.slice(at, at + TIMES_PER_QUERY))
      .execute()
    for (const row of rows) held.add(readingContent(readingOf(row)))
  }
  return readings.map((reading) => held.has(readingContent(reading)))
}

/** All that a reading says, as a text to compare by. */
export const readingContent = ({ timeMs, value, quality, received, note, commitment }: Reading): string =>
  JSON.stringify([timeMs, value, quality, received?.time, received?.zone, note, commitment])
