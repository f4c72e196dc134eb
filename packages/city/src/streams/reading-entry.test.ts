import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../canonical/index.ts'
import { formatInstant, INSTANT_MS_MAX, INSTANT_MS_MIN } from './instant.ts'
import { packHeaderText } from './pack-header.ts'
import { QUALITIES, type Reading } from './reading.ts'
import { readingEntry } from './reading-entry.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('"', '\\', '\u2028', '\u007f', 'é', '😀', '\0'),
)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const reading: fc.Arbitrary<Reading> = fc.record({
  timeMs: fc.integer({ min: INSTANT_MS_MIN, max: INSTANT_MS_MAX }),
  value: fc.option(text),
  quality: optional(fc.constantFrom(...QUALITIES)),
  received: optional(fc.record({ time: text, zone: text })),
  note: optional(text),
  commitment: optional(fc.stringMatching(/^[0-9a-f]{64}$/)),
})

const present = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

test('an entry is the canonical JSON of its members', () => {
  fc.assert(
    fc.property(reading, fc.integer({ min: 1, max: 2 ** 48 }), (reading, sequence) => {
      const { timeMs, ...members } = reading
      const generic = canonicalJson(present({ ...members, time: formatInstant(timeMs), sequence, stream: 'la/717447' }))
      expect(readingEntry('la/717447', sequence, reading)).toBe(generic)
    }),
    { numRuns: 1_000 },
  )
})

test('a pack header is the canonical JSON of its members', () => {
  const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
  fc.assert(
    fc.property(fc.nat(), fc.option(hash), hash, fc.stringMatching(/^[!-~]{1,64}$/), (first, previous, root, unit) => {
      const header = { count: 3, device: 'd', first, key: '00', previous, root, stream: 's', unit }
      expect(packHeaderText(header)).toBe(canonicalJson({ ...header, type: 'minipolis-pack/1' }))
    }),
  )
})
