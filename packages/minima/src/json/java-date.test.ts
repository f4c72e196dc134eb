import { expect, test } from 'vitest'
import { formatJavaDate } from './java-date.ts'

test.each([
  [0n, 'Thu Jan 01 00:00:00 UTC 1970'],
  [-1n, 'Wed Dec 31 23:59:59 UTC 1969'],
  [1795363482000n, 'Sun Nov 22 16:04:42 UTC 2026'],
  [951782400000n, 'Tue Feb 29 00:00:00 UTC 2000'],
  [2n ** 63n - 1n, 'Sun Aug 17 07:12:55 UTC 292278994'],
])('%d is %s', (timeMs, text) => {
  expect(formatJavaDate(timeMs)).toBe(text)
})

test('every day of four centuries is the day that the calendar of JavaScript gives', () => {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
  for (let day = -80_000; day < 80_000; day += 13) {
    const time = day * 86_400_000 + 45_296_000
    const date = new Date(time)
    const [, month, dayOfMonth] = /^\w+, (\d+) (\w+)/.exec(date.toUTCString())!
    const expected = `${days[date.getUTCDay()]} ${dayOfMonth} ${month} 12:34:56 UTC ${date.getUTCFullYear()}`
    expect(formatJavaDate(BigInt(time))).toBe(expected)
  }
})
