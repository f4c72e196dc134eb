import type { Decimal } from './decimal.ts'
import { SIGNIFICANT_DIGITS } from './decimal.ts'
import { NumberError } from './number-error.ts'

const EXPONENT_DIGITS_MAX = 10
const INT32_MAX = 2 ** 31 - 1

const syntax = (text: string): NumberError =>
  new NumberError('number-syntax', `expected a decimal number, got ${JSON.stringify(text.slice(0, 80))}`)

const foreignDigit = /^\p{Nd}$/u

/** Value of a decimal digit of any script in the basic plane, or -1. */
const digitOf = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  if (code < 0x660 || !foreignDigit.test(String.fromCharCode(code))) return -1
  let zero = code
  while (foreignDigit.test(String.fromCharCode(zero - 1))) zero--
  return (code - zero) % 10
}

/**
 * Reads decimal text by the rules of the reference: optional sign, digits with an optional point, optional exponent; no
 * blanks. Digits beyond the 64th significant one are cut and the scale lowered accordingly.
 *
 * @throws NumberError `number-syntax`, or `number-range` when the scale leaves 32 bits
 */
export const parseDecimal = (text: string): Decimal => {
  let at = 0
  const negative = text.charCodeAt(0) === 45
  if (negative || text.charCodeAt(0) === 43) at++

  let significant = ''
  let cut = 0
  let decimals = 0
  let seen = 0
  let point = false
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const digit = digitOf(code)
    if (digit >= 0) {
      seen++
      if (point) decimals++
      if (significant.length === SIGNIFICANT_DIGITS) cut++
      else if (digit > 0 || significant !== '') significant += String(digit)
    } else if (code === 46 && !point) point = true
    else break
  }
  if (seen === 0) throw syntax(text)

  const exponent = at < text.length ? parseExponent(text, at) : 0
  const scale = decimals - exponent
  if (Math.abs(scale) > INT32_MAX) {
    throw new NumberError('number-range', `the exponent of ${JSON.stringify(text.slice(0, 80))} does not fit 32 bits`)
  }
  const magnitude = BigInt(significant === '' ? '0' : significant)
  return { unscaled: negative ? -magnitude : magnitude, scale: scale - cut }
}

const parseExponent = (text: string, start: number): number => {
  const letter = text.charCodeAt(start)
  if (letter !== 69 && letter !== 101) throw syntax(text)
  let at = start + 1
  const negative = text.charCodeAt(at) === 45
  if (negative || text.charCodeAt(at) === 43) at++
  if (at === text.length) throw syntax(text)
  let exponent = 0
  let digits = 0
  for (; at < text.length; at++) {
    const digit = digitOf(text.charCodeAt(at))
    if (digit < 0) throw syntax(text)
    if (digits > 0 || digit > 0) digits++
    if (digits > EXPONENT_DIGITS_MAX) throw syntax(text)
    exponent = exponent * 10 + digit
  }
  return negative ? -exponent : exponent
}
