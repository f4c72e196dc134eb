const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MS = 86_400_000n

const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n)
const twoDigits = (value: number): string => String(value).padStart(2, '0')

/**
 * A time as Java prints it, `Sun Nov 22 16:04:42 UTC 2026`, always in UTC where the reference takes the zone of its machine.
 * Any 64-bit count of milliseconds since 1970 has a date, far beyond the range of a JavaScript `Date`.
 */
export function formatJavaDate(timeMs: bigint): string {
  const day = Number(floorDivide(timeMs, DAY_MS))
  const seconds = Math.floor(Number(timeMs - BigInt(day) * DAY_MS) / 1000)
  // Years begin in March here, so that the leap day is the last of a year and months have a regular length.
  const sinceMarch = day + 719_468
  const era = Math.floor(sinceMarch / 146_097)
  const dayOfEra = sinceMarch - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = (monthFromMarch + 2) % 12
  const year = yearOfEra + era * 400 + (month < 2 ? 1 : 0)
  const weekday = DAYS[(((day + 4) % 7) + 7) % 7]
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':')
  return `${weekday} ${MONTHS[month]} ${twoDigits(dayOfMonth)} ${time} UTC ${year}`
}
