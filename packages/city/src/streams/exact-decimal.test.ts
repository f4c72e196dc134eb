import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactDecimal } from './exact-decimal.ts'

describe('the exact decimal of a text', () => {
  test.each([
    ['64.375', '64.375'],
    ['9.7529096e-08', '0.000000097529096'],
    ['0.48200000000000004', '0.48200000000000004'],
    ['66.22222222', '66.22222222'],
    ['1.0', '1'],
    ['       48.542', '48.542'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+7', '7'],
    ['-0', '0'],
    ['-0.0e5', '0'],
    ['-12.50', '-12.5'],
    ['1E3', '1000'],
    ['1.2345e2', '123.45'],
    ['1.2345e10', '12345000000'],
    ['000123', '123'],
    ['0e400', '0'],
  ])('%j is %s', (text, expected) => {
    expect(exactDecimal(text)).toBe(expected)
  })

  test.each([
    '',
    ' ',
    '.',
    '-',
    'e5',
    '1e',
    '1,5',
    '1 2',
    'NaN',
    'Infinity',
    '0x10',
    '1e1000',
    '1e-1000',
    '1e99999999',
    '--1',
    '１',
  ])('%j is not a decimal number', (text) => {
    expect(exactDecimal(text)).toBeUndefined()
  })

  test('is the same for every way to write a number', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.integer({ min: -40, max: 40 }),
        (unscaled, exponent) => {
          const plain = exactDecimal(`${unscaled}e${exponent}`)!
          expect(exactDecimal(plain)).toBe(plain)
          expect(exactDecimal(`${unscaled}0E${exponent - 1}`)).toBe(plain)
          expect(exactDecimal(`  ${plain}${plain.includes('.') ? '0' : '.0'} `)).toBe(plain)
          expect(Number(plain)).toBe(Number(`${unscaled}e${exponent}`))
        },
      ),
    )
  })
})
