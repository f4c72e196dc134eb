import { ImportError } from './import-error.ts'

/** A step of time: an exact number of milliseconds, or calendar days, which have 23 to 25 hours. */
export type Duration =
  | { readonly kind: 'exact'; readonly ms: number }
  | { readonly kind: 'days'; readonly days: number }

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
}

/**
 * Reads `5m`, `300s`, `15min`, `1h`, `1d`, `1w` or ISO 8601's `PT5M`, `P1D`. Days and weeks are calendar days in the zone; `24h` is
 * exact.
 *
 * @throws ImportError `option`
 */
export function parseDuration(text: string): Duration {
  const found = /^P?T?(\d{1,9})\s*([a-z]+)$/i.exec(text.trim())
  const count = Number(found?.[1] ?? 0)
  const unit = unitOf(found?.[2] ?? '', text)
  if (count > 0) {
    if (unit === 'd' || unit === 'w') return { kind: 'days', days: count * (unit === 'w' ? 7 : 1) }
    const ms = UNITS[unit]
    if (ms !== undefined) return { kind: 'exact', ms: count * ms }
  }
  throw new ImportError('option', `the step ${JSON.stringify(text)} is not a duration`, {
    step: text,
    hint: 'for example 30s, 5m, 15min, 1h, 1d (a calendar day of the zone)',
  })
}

/** Case matters to nobody but ISO 8601, where `P1M` is a month and `PT1M` a minute; months have no fixed length here. */
function unitOf(letters: string, text: string): string {
  const unit = letters.toLowerCase()
  return unit === 'm' && /^P\d/i.test(text.trim()) ? 'month' : unit
}
