import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { expect, test } from 'vitest'
import { FrameGuard } from './frame-guard.ts'

const MAX = 2_000

const publish = (size: number): Buffer =>
  mqttPacket.generate({ cmd: 'publish', topic: 'a', payload: Buffer.alloc(size), qos: 0, retain: false, dup: false })

/** Whether the guard lets everything pass, cut at the given places. */
const passes = (bytes: Uint8Array, cuts: readonly number[]): boolean => {
  const guard = new FrameGuard(MAX)
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  return places.slice(1).every((end, at) => guard.take(bytes.subarray(places[at]!, end)))
}

test('frames pass when all are within the limit, however they are cut into pieces', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: MAX + 200 }), { maxLength: 6 })
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(8_000), { maxLength: 8 }), (list, cuts) => {
      const bytes = Buffer.concat(list.map(publish))
      // Topic and its length stand in the frame too.
      const allowed = list.every((size) => size + 3 <= MAX)
      expect(
        passes(
          bytes,
          cuts.map((cut) => Math.min(cut, bytes.length)),
        ),
      ).toBe(allowed)
    }),
  )
})

test('a length that never ends is refused', () => {
  expect(passes(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff), [])).toBe(false)
})
