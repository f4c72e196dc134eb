const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** A moment as the people of the city live it. */
export interface LocalMoment {
  /** Days since 1970 by the local calendar. */
  readonly day: number
  /** Minutes since local midnight, 0 to 1439. */
  readonly minute: number
  /** Saturday or Sunday. */
  readonly weekend: boolean
}

/** @param localMs local time as if it were UTC */
export function localMoment(localMs: number): LocalMoment {
  const day = Math.floor(localMs / DAY_MS)
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7
  return { day, minute: Math.floor((localMs - day * DAY_MS) / MINUTE_MS), weekend: weekday >= 5 }
}

/** A value for each hour of a day, whole numbers of some unit; after the last one comes the first, or a 25th for midnight. */
export type DayCurve = readonly number[]

/** The curve at a minute of the day, straight between hours, rounded down to whole units. */
export function curveAt(curve: DayCurve, minute: number): number {
  const hour = Math.floor(minute / 60)
  const past = minute % 60
  const from = curve[hour]!
  const to = curve[(hour + 1) % curve.length]!
  return Math.floor((from * (60 - past) + to * past) / 60)
}

/** A whole number of units of `10^-decimals` as decimal text: `(1234, 2)` is `12.34`. */
export function decimalText(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0')
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return units < 0 ? `-${text}` : text
}
