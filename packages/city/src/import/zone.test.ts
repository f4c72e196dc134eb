import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zoneOf } from './zone.ts'

const HOUR = 3_600_000

test.each([
  ['UTC', 0],
  ['Z', 0],
  ['+08:00', 8 * HOUR],
  ['-0330', -3.5 * HOUR],
  ['UTC+2', 2 * HOUR],
])('%s is a fixed offset', (name, offset) => {
  expect(zoneOf(name).offsetMs(0)).toBe(offset)
})

test.each(['', 'Mars/Olympus', '+99:00', 'PST8PDTX'])('%j is no zone', (name) => {
  expect(() => zoneOf(name)).toThrow('not known')
})

test('offsets agree with the runtime at any instant, seconds of old local mean time included', () => {
  for (const name of [
    'America/Los_Angeles',
    'Europe/London',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kathmandu',
  ]) {
    const zone = zoneOf(name)
    const format = new Intl.DateTimeFormat('en-CA-u-hc-h23', {
      timeZone: name,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0) / 1000, max: Date.UTC(2037, 0) / 1000 }), (seconds) => {
        const utcMs = seconds * 1000
        const [year, month, day, hour, minute, second] = format.format(utcMs).match(/\d+/g)!.map(Number)
        expect(zone.offsetMs(utcMs)).toBe(Date.UTC(year!, month! - 1, day, hour, minute, second) - utcMs)
      }),
      { numRuns: 60 },
    )
  }
})

test('an instant whose local time is unique comes back from it', () => {
  const zone = zoneOf('Europe/London')
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2037, 0) }), (utcMs) => {
      const back = zone.toUtc(utcMs + zone.offsetMs(utcMs))
      if (back.kind === 'unique') expect(back.utcMs).toBe(utcMs)
      else expect([utcMs, utcMs - HOUR]).toContain(back.utcMs)
    }),
  )
})
