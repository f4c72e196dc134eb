import type { ReadingTable } from '../store/index.ts'
import type { Quality, Reading } from './reading.ts'

/** Columns that make a reading again. */
export const READING_COLUMNS = [
  'reading.log_index',
  'reading.sequence',
  'reading.time_ms',
  'reading.value',
  'reading.quality',
  'reading.received_time',
  'reading.received_zone',
  'reading.note',
  'reading.commitment',
] as const

/** All columns, in the order of `readingRow`. */
export const READING_ROW_COLUMNS = [
  'log_index',
  'stream_no',
  'sequence',
  'time_ms',
  'value',
  'quality',
  'received_time',
  'received_zone',
  'note',
  'commitment',
] as const satisfies readonly (keyof ReadingTable)[]

export interface ReadingPlace {
  readonly logIndex: number
  readonly streamNo: number
  readonly sequence: number
}

/** Adds a reading's row to flat parameters of a bulk insert. */
export function pushReadingRow(values: unknown[], place: ReadingPlace, reading: Reading): void {
  values.push(
    place.logIndex,
    place.streamNo,
    place.sequence,
    reading.timeMs,
    reading.value,
    reading.quality ?? null,
    reading.received?.time ?? null,
    reading.received?.zone ?? null,
    reading.note ?? null,
    reading.commitment ?? null,
  )
}

export const readingOf = (row: Omit<ReadingTable, 'stream_no' | 'sequence' | 'log_index'>): Reading => ({
  timeMs: row.time_ms,
  value: row.value,
  quality: (row.quality ?? undefined) as Quality | undefined,
  received:
    row.received_time === null || row.received_zone === null
      ? undefined
      : { time: row.received_time, zone: row.received_zone },
  note: row.note ?? undefined,
  commitment: row.commitment ?? undefined,
})
