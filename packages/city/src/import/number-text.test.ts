import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EXPONENT, judgeNumber, NOT_A_NUMBER, PADDED, PLAIN } from './number-text.ts'

test.each([
  ['0', PLAIN],
  ['-1.50', PLAIN],
  ['+.5', PLAIN],
  ['5.', PLAIN],
  ['9.7529096e-08', EXPONENT],
  ['2.00512E+12', EXPONENT],
  ['      48.542', PADDED],
  ['\t1e3 ', EXPONENT + PADDED],
  ['', NOT_A_NUMBER],
  [' ', NOT_A_NUMBER],
  ['.', NOT_A_NUMBER],
  ['-', NOT_A_NUMBER],
  ['1e', NOT_A_NUMBER],
  ['1e+', NOT_A_NUMBER],
  ['1e1000', NOT_A_NUMBER],
  ['1,5', NOT_A_NUMBER],
  ['1 5', NOT_A_NUMBER],
  ['0x10', NOT_A_NUMBER],
  ['NaN', NOT_A_NUMBER],
  ['Infinity', NOT_A_NUMBER],
  ['٣', NOT_A_NUMBER],
])('%j', (text, judged) => {
  expect(judgeNumber(text)).toBe(judged)
})

test('agrees with the grammar written as an expression', () => {
  const text = fc.string({ unit: fc.constantFrom(...' \t+-.0123eE'), maxLength: 9 })
  fc.assert(
    fc.property(text, (candidate) => {
      const number = /^[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?[ \t]*$/.test(candidate)
      expect(judgeNumber(candidate) !== NOT_A_NUMBER).toBe(number)
    }),
    { numRuns: 2000 },
  )
})
