/** A time as its text says it, not yet placed in a zone. */
export interface TimeText {
  /** Date and time of day as milliseconds, as if they were UTC. */
  readonly localMs: number
  /** Offset from UTC in milliseconds; `undefined` when the text has none. */
  readonly offsetMs: number | undefined
  /** The text says more digits than milliseconds; they are cut, never rounded up into the next instant. */
  readonly cut: boolean
}

/** Reads one format of time; `undefined` when the text is not in it or names no such day or hour. */
export type TimeReader = (text: string) => TimeText | undefined

/** The parts of a time, as text or absent. */
export interface TimeParts {
  readonly year: string | undefined
  readonly month: string | undefined
  readonly day: string | undefined
  readonly hour?: string | undefined
  readonly minute?: string | undefined
  readonly second?: string | undefined
  readonly fraction?: string | undefined
  readonly half?: string | undefined
  readonly offset?: string | undefined
}

const YEAR_MIN = 1800
const YEAR_MAX = 9999

/** Puts parts together, refusing days and hours that do not exist; `24:00` is the end of its day. */
export function timeFromParts(parts: TimeParts): TimeText | undefined {
  const year = Number(parts.year)
  const month = Number(parts.month)
  const day = Number(parts.day)
  const minute = Number(parts.minute ?? 0)
  const second = Number(parts.second ?? 0)
  const fraction = parts.fraction ?? ''
  const hour = hourOf(Number(parts.hour ?? 0), parts.half)
  if (hour === undefined || minute > 59 || second > 59) return undefined
  if (hour === 24 && (minute > 0 || second > 0 || /[1-9]/.test(fraction))) return undefined
  if (!(year >= YEAR_MIN && year <= YEAR_MAX) || month < 1 || month > 12 || day < 1 || day > daysIn(year, month))
    return undefined
  const offsetMs = parts.offset === undefined ? undefined : offsetOf(parts.offset)
  if (Number.isNaN(offsetMs)) return undefined
  return {
    localMs: Date.UTC(year, month - 1, day, hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0'))),
    offsetMs,
    cut: /[1-9]/.test(fraction.slice(3)),
  }
}

const ISO =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:[Tt]|[ \u00a0]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?[ \u00a0]*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?)?$/

/** Year first: ISO 8601 and RFC 3339 and what spreadsheets and databases make of them; hours may be unpadded. */
export const readIsoTime: TimeReader = (text) => {
  const found = ISO.exec(text.trim())
  if (!found) return undefined
  const [, year, , month, day, hour, minute, second, fraction, offset] = found
  return timeFromParts({ year, month, day, hour, minute, second, fraction, offset })
}

/** Year, month, day and as much of hour, minute, second as there are, from columns of their own joined by blanks. */
export const readTimeColumns: TimeReader = (text) => {
  const parts = text.trim().split(/\s+/)
  if (parts.length < 3 || parts.length > 6 || !parts.every((part) => /^\d{1,4}$/.test(part))) return undefined
  const [year, month, day, hour, minute, second] = parts
  return timeFromParts({ year, month, day, hour, minute, second })
}

/** Seconds (`unit` 1,000) or milliseconds (`unit` 1) since 1970, with a fraction of seconds where there is one. */
export const unixTimeReader =
  (unit: 1 | 1000): TimeReader =>
  (text) => {
    const found = /^(-?\d{1,15})(?:\.(\d{1,9}))?$/.exec(text.trim())
    if (!found) return undefined
    const fraction = found[2] ?? ''
    const whole = Number(found[1]) * unit
    const part = unit === 1000 ? Number(fraction.slice(0, 3).padEnd(3, '0')) : 0
    const localMs = text.trim().startsWith('-') ? whole - part : whole + part
    if (Math.abs(localMs) > Date.UTC(YEAR_MAX, 0)) return undefined
    return { localMs, offsetMs: 0, cut: /[1-9]/.test(unit === 1000 ? fraction.slice(3) : fraction) }
  }

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 24 ? hour : undefined
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0)
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** `NaN` for an offset beyond ±18 hours. */
function offsetOf(text: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)
  if (!found) return 0
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0)
  if (minutes > 18 * 60 || Number(found[3] ?? 0) > 59) return Number.NaN
  return (found[1] === '-' ? -minutes : minutes) * 60_000
}
