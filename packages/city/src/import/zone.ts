import { ImportError } from './import-error.ts'

/** How a local time reads in its zone. */
export type LocalTimeKind = 'unique' | 'ambiguous' | 'nonexistent'

/** A time zone as offsets from UTC, in whole milliseconds. */
export interface Zone {
  readonly name: string
  /** Offset at a UTC instant: local minus UTC. */
  offsetMs(utcMs: number): number
  /**
   * The instant of a local time (given as if it were UTC). Where clocks go back the earlier of the two instants is taken;
   * where they go forward the offset before the change is kept on, which reads the skipped 02:30 as 03:30.
   * Source: RFC 5545 §3.3.5, and Temporal's disambiguation `compatible`.
   */
  toUtc(localMs: number): { readonly utcMs: number; readonly kind: LocalTimeKind }
}

const DAY_MS = 86_400_000
const FIXED = /^(?:UTC|GMT|Z)?(?:([+-])(\d{1,2})(?::?([0-5]\d))?)?$/

/**
 * The zone of an IANA name (`America/Los_Angeles`), `UTC`, or an offset (`+08:00`).
 *
 * @throws ImportError `zone-unknown`
 */
export function zoneOf(name: string): Zone {
  const fixed = name === '' ? null : FIXED.exec(name)
  if (fixed) {
    const minutes = Number(fixed[2] ?? 0) * 60 + Number(fixed[3] ?? 0)
    if (minutes <= 18 * 60) return fixedZone(name, (fixed[1] === '-' ? -minutes : minutes) * 60_000)
  }
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch (cause) {
    const hint = 'give an IANA name such as Europe/London, or UTC, or an offset such as +08:00'
    throw new ImportError(
      'zone-unknown',
      `the time zone ${JSON.stringify(name)} is not known`,
      { zone: name, hint },
      { cause },
    )
  }
  return fromOffsets(
    name,
    createOffsetTable((utcMs) => offsetIn(format, utcMs)),
  )
}

function fixedZone(name: string, offset: number): Zone {
  return {
    name,
    offsetMs: () => offset,
    toUtc: (localMs) => ({ utcMs: localMs - offset, kind: 'unique' }),
  }
}

function fromOffsets(name: string, offsetMs: (utcMs: number) => number): Zone {
  return {
    name,
    offsetMs,
    toUtc(localMs) {
      const before = offsetMs(localMs - DAY_MS)
      const after = offsetMs(localMs + DAY_MS)
      if (before === after) return { utcMs: localMs - before, kind: 'unique' }
      const earlier = localMs - Math.max(before, after)
      const later = localMs - Math.min(before, after)
      const fitsEarlier = earlier + offsetMs(earlier) === localMs
      const fitsLater = later + offsetMs(later) === localMs
      if (fitsEarlier) return { utcMs: earlier, kind: fitsLater ? 'ambiguous' : 'unique' }
      if (fitsLater) return { utcMs: later, kind: 'unique' }
      return { utcMs: localMs - before, kind: 'nonexistent' }
    },
  }
}

/** Time is cut into bins of about a year; the offset changes of a bin are found once. */
const BIN_MS = 366 * DAY_MS
/** Bins kept; a source that jumps over more centuries than this is slow, not wrong. */
const BINS_MAX = 512

interface Change {
  readonly fromMs: number
  readonly offset: number
}

/** Asking `Intl` costs a microsecond and formats text; this asks once a day of each year and then looks up. */
function createOffsetTable(ask: (utcMs: number) => number): (utcMs: number) => number {
  const bins = new Map<number, readonly Change[]>()
  let lastBin = Number.NaN
  let last: readonly Change[] = []
  return (utcMs) => {
    const bin = Math.floor(utcMs / BIN_MS)
    if (bin !== lastBin) {
      let changes = bins.get(bin)
      if (!changes) {
        changes = changesIn(bin * BIN_MS, ask)
        if (bins.size >= BINS_MAX) bins.clear()
        bins.set(bin, changes)
      }
      lastBin = bin
      last = changes
    }
    let i = last.length - 1
    while (i > 0 && last[i]!.fromMs > utcMs) i--
    return last[i]!.offset
  }
}

function changesIn(startMs: number, ask: (utcMs: number) => number): Change[] {
  const changes: Change[] = [{ fromMs: startMs, offset: ask(startMs) }]
  for (let day = startMs; day < startMs + BIN_MS; day += DAY_MS) {
    const offset = ask(day + DAY_MS)
    const before = changes.at(-1)!.offset
    if (offset === before) continue
    let low = day
    let high = day + DAY_MS
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (ask(middle) === before) low = middle
      else high = middle
    }
    changes.push({ fromMs: high, offset })
  }
  return changes
}

/** Reads `GMT-08:00` (or `GMT`, or `GMT-07:52:58` before standard time) from the end of the formatted date. */
function offsetIn(format: Intl.DateTimeFormat, utcMs: number): number {
  const found = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(format.format(utcMs))
  if (!found?.[1]) return 0
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return (found[1] === '-' ? -seconds : seconds) * 1000
}
