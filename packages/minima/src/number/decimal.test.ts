import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pow10, stripZeros } from './decimal.ts'

/** One zero at a time. */
function stripSlowly(unscaled: bigint, scale: number, preferredScale: number): { unscaled: bigint; scale: number } {
  while (scale > preferredScale && unscaled % 10n === 0n) {
    unscaled /= 10n
    scale--
  }
  return { unscaled, scale }
}

test('zeros are stripped by leaps exactly as far as one by one', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.nat(200),
      fc.integer({ min: -300, max: 300 }),
      fc.nat(300),
      (significant, zeros, preferred, above) => {
        const unscaled = significant * pow10(zeros)
        const scale = preferred + above
        expect(stripZeros(unscaled, scale, preferred)).toEqual(stripSlowly(unscaled, scale, preferred))
      },
    ),
  )
})
