import { RECEIVED_TIME_LENGTH_MAX } from '../streams/index.ts'
import type { Duration } from './duration.ts'
import { ImportError } from './import-error.ts'
import type { Row } from './row-reader.ts'
import { patternReader } from './time-pattern.ts'
import type { TimeReader } from './time-text.ts'
import { readIsoTime, readTimeColumns, unixTimeReader } from './time-text.ts'
import type { LocalTimeKind, Zone } from './zone.ts'

/** When a row was, and what the source said about it. */
export interface RowTime {
  readonly utcMs: number
  /** The text as received and the zone it was read in; absent when the source gave a UTC instant. */
  readonly received?: { readonly time: string; readonly zone: string }
  readonly kind: LocalTimeKind
}

/** Where the rows' times come from. */
export interface TimeAxis {
  /**
   * @param index position of the row among all rows, damaged ones counted, from 0
   * @returns the time, or why there is none
   * @throws ImportError `zone-required`, `time-format`
   */
  at(row: Row, index: number): RowTime | 'time' | 'zone'
}

/** Rows that may fail to have a time before the first success; then the format is wrong and not the rows. */
export const UNREADABLE_TIMES_MAX = 20

/** `iso`, `unix`, `unix-ms`, or a pattern; without it year-first text, or year to second in columns of their own. */
export function timeReader(format: string | undefined, columns: number): TimeReader {
  switch (format) {
    case undefined:
      return columns > 2 ? readTimeColumns : readIsoTime
    case 'iso':
      return readIsoTime
    case 'unix':
      return unixTimeReader(1000)
    case 'unix-ms':
      return unixTimeReader(1)
    default:
      return patternReader(format)
  }
}

/** Times in one or more columns, joined by a blank. */
export function columnAxis(columns: readonly number[], read: TimeReader, zone: Zone | undefined): TimeAxis {
  let readable = 0
  let unreadable = 0
  let firstUnreadable = ''
  let lastText: string | undefined
  let last: RowTime | 'time' | 'zone' = 'time'
  const only = columns.length === 1 ? columns[0]! : -1

  const timeOf = (text: string): RowTime | 'time' | 'zone' => {
    const time = text.length > RECEIVED_TIME_LENGTH_MAX ? undefined : read(text)
    if (!time) {
      if (unreadable === 0) firstUnreadable = text
      if (++unreadable >= UNREADABLE_TIMES_MAX && readable === 0) throw unreadableTimes(firstUnreadable)
      return 'time'
    }
    if (time.offsetMs !== undefined) {
      readable++
      const utcMs = time.localMs - time.offsetMs
      if (time.offsetMs === 0 && !time.cut) return { utcMs, kind: 'unique' }
      return { utcMs, received: { time: text, zone: offsetName(time.offsetMs) }, kind: 'unique' }
    }
    if (!zone) {
      if (readable === 0) throw zoneRequired(text)
      return 'zone'
    }
    readable++
    const { utcMs, kind } = zone.toUtc(time.localMs)
    return { utcMs, received: { time: text, zone: zone.name }, kind }
  }

  return {
    at(row) {
      const text = only >= 0 ? row.cells[only]! : columns.map((column) => row.cells[column]!).join(' ')
      // Rows of equal time often stand together.
      if (text !== lastText) {
        last = timeOf(text)
        lastText = text
      } else if (last === 'time' && readable === 0) last = timeOf(text)
      return last
    },
  }
}

/** Times counted from a start: row `index` is `index` steps after it. */
export function steppedAxis(startText: string, step: Duration, zone: Zone | undefined): TimeAxis {
  const start = readIsoTime(startText)
  if (!start) {
    throw new ImportError('time-format', `the start ${JSON.stringify(startText)} is not a time`, {
      start: startText,
      hint: 'for example 2012-03-01T00:00 or 2012-03-01T08:00:00Z',
    })
  }
  if (start.offsetMs !== undefined) {
    const startMs = start.localMs - start.offsetMs
    const stepMs = step.kind === 'exact' ? step.ms : step.days * DAY_MS
    return {
      at(_row, index) {
        const utcMs = startMs + index * stepMs
        return utcMs < TIME_MS_END ? { utcMs, kind: 'unique' } : 'time'
      },
    }
  }
  if (!zone) throw zoneRequired(startText)
  const first = zone.toUtc(start.localMs)
  return {
    at(_row, index) {
      if (start.localMs + index * (step.kind === 'exact' ? step.ms : step.days * DAY_MS) >= TIME_MS_END) return 'time'
      const { utcMs, kind } =
        step.kind === 'exact'
          ? { utcMs: first.utcMs + index * step.ms, kind: 'unique' as const }
          : zone.toUtc(start.localMs + index * step.days * DAY_MS)
      return { utcMs, received: { time: localText(utcMs + zone.offsetMs(utcMs)), zone: zone.name }, kind }
    },
  }
}

/** The error for a source none of whose times could be read. */
export function unreadableTimes(text: string): ImportError {
  const slashes = /^\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}/.test(text)
  return new ImportError('time-format', `the time ${JSON.stringify(text.slice(0, 80))} cannot be read`, {
    time: text.slice(0, 80),
    hint: slashes
      ? 'day or month first? say it: --time-format "DD/MM/YYYY HH:mm" or --time-format "M/D/YYYY HH:mm"'
      : 'name the column with --time-column and its form with --time-format, for example "DD/MM/YYYY HH:mm", unix or unix-ms',
  })
}

const DAY_MS = 86_400_000
/** Years have four digits; steps that lead further lead nowhere. */
const TIME_MS_END = Date.UTC(9999, 0)

const zoneRequired = (text: string): ImportError =>
  new ImportError('zone-required', `the time ${JSON.stringify(text.slice(0, 80))} has no offset, so it is no instant`, {
    time: text.slice(0, 80),
    hint: 'give the zone the source was written in, for example --zone Europe/London (or --zone UTC)',
  })

const offsetName = (offsetMs: number): string => {
  const minutes = Math.abs(offsetMs) / 60_000
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** `2012-03-01 00:05:00`, with milliseconds only where there are some. */
function localText(localMs: number): string {
  const text = new Date(localMs).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, text.endsWith('.000Z') ? 19 : 23)}`
}
