import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatInstant, INSTANT_MS_MAX, INSTANT_MS_MIN, parseInstant } from './instant.ts'

test('an instant has the one text that the runtime gives it, and comes back from it', () => {
  const near = fc.integer({ min: -3, max: 3 }).map((day) => day * 86_400_000)
  fc.assert(
    fc.property(
      fc.oneof(near, fc.integer({ min: INSTANT_MS_MIN, max: INSTANT_MS_MAX })),
      fc.integer({ min: 0, max: 1_000 }),
      (ms, step) => {
        const at = Math.min(ms + step, INSTANT_MS_MAX)
        expect(formatInstant(at)).toBe(new Date(at).toISOString())
        expect(parseInstant(formatInstant(at))).toBe(at)
      },
    ),
    { numRuns: 1_000 },
  )
  expect(formatInstant(INSTANT_MS_MIN)).toBe('0001-01-01T00:00:00.000Z')
  expect(formatInstant(INSTANT_MS_MAX)).toBe('9999-12-31T23:59:59.999Z')
})

test.each([
  '2026-03-01T08:00:00Z',
  '2026-03-01T24:00:00.000Z',
  '2026-02-29T08:00:00.000Z',
  '+26-03-01T08:00:00.000Z',
  'x'.repeat(24),
])('%j is not an instant as the project writes it', (text) => {
  expect(parseInstant(text)).toBeUndefined()
})
