import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MiniNumber } from './mini-number.ts'

const n = MiniNumber.parse
const shown = (value: MiniNumber): string => `${value} scale ${value.scale}`

describe('the scale is kept, because hashes cover it', () => {
  test.each([
    ['1 + 1.00', n('1').add(n('1.00')), '2 scale 2'],
    ['6.00 / 3', n('6.00').div(n('3')), '2 scale 2'],
    ['1 / 8.000', n('1').div(n('8.000')), '0.125 scale 3'],
    ['100 / 1e2', n('100').div(n('1e2')), '1 scale 2'],
    ['25 mod 2.5', n('25').mod(n('2.5')), '0 scale 0'],
    ['10 mod 2.5', n('10').mod(n('2.5')), '0 scale 1'],
    ['0 + 1E9', MiniNumber.ZERO.add(MiniNumber.BILLION), '1000000000 scale 0'],
    ['sqrt 2.25', n('2.25').sqrt(), '1.5 scale 1'],
  ])('%s', (_, value, expected) => {
    expect(shown(value)).toBe(expected)
  })
})

test('equal values with different scales compare equal', () => {
  expect(n('1').compare(n('1.000'))).toBe(0)
  expect(n('-0.1').lessThan(n('0'))).toBe(true)
})

test.each([
  ['', 'number-syntax'],
  [' 1', 'number-syntax'],
  ['0x10', 'number-syntax'],
  ['1e', 'number-syntax'],
  ['18446744073709551616', 'number-range'],
  ['1e99999999999', 'number-syntax'],
  ['1e9999999999', 'number-range'],
])('the text %j is refused as %s', (text, code) => {
  expect(() => n(text)).toThrow(expect.objectContaining({ code }))
})

test('operations that have no result say so', () => {
  expect(() => n('1').div(n('0.00'))).toThrow(expect.objectContaining({ code: 'division-by-zero' }))
  expect(() => n('-4').sqrt()).toThrow(expect.objectContaining({ code: 'number-operation' }))
  expect(() => MiniNumber.MAX.increment()).toThrow(expect.objectContaining({ code: 'number-range' }))
})

test('a number written as text reads as the same value', () => {
  const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), fc.nat(44))
  fc.assert(
    fc.property(decimal, ([unscaled, scale]) => {
      const value = MiniNumber.raw(unscaled, scale)
      expect(n(value.toString()).equals(value)).toBe(true)
    }),
  )
})

test('within range, sums and products are exact: they agree with whole numbers at a common scale', () => {
  const amount = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(18))
  fc.assert(
    fc.property(amount, amount, ([a, scaleA], [b, scaleB]) => {
      const left = MiniNumber.raw(a, scaleA)
      const right = MiniNumber.raw(b, scaleB)
      const common = BigInt(Math.max(scaleA, scaleB))
      const whole = (value: bigint, scale: number): bigint => value * 10n ** (common - BigInt(scale))
      expect(left.add(right).unscaled).toBe(whole(a, scaleA) + whole(b, scaleB))
      expect(left.sub(right).add(right).equals(left)).toBe(true)
      expect(left.compare(right)).toBe(
        whole(a, scaleA) < whole(b, scaleB) ? -1 : whole(a, scaleA) > whole(b, scaleB) ? 1 : 0,
      )
    }),
  )
})
