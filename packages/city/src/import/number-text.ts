/** Digits in the exponent of a number text; more would name a number that no reading means and no reader can write out. */
export const EXPONENT_DIGITS_MAX = 3

/** What a cell of a number column holds; the flags add up. */
export const PLAIN = 0
export const EXPONENT = 1
export const PADDED = 2
export const NOT_A_NUMBER = -1

/**
 * Judges the text of a decimal number without converting it: optional blanks around, sign, digits with an optional point,
 * optional exponent. A loop over character codes because it runs for every cell of every import.
 *
 * @returns `NOT_A_NUMBER`, or the sum of `EXPONENT` and `PADDED` as they apply
 */
export function judgeNumber(text: string): number {
  let at = 0
  let end = text.length
  while (at < end && isBlank(text.charCodeAt(at))) at++
  while (end > at && isBlank(text.charCodeAt(end - 1))) end--
  let flags = at > 0 || end < text.length ? PADDED : PLAIN

  const sign = text.charCodeAt(at)
  if (sign === PLUS || sign === MINUS) at++
  const whole = at
  while (at < end && isDigit(text.charCodeAt(at))) at++
  let digits = at - whole
  if (at < end && text.charCodeAt(at) === POINT) {
    const fraction = ++at
    while (at < end && isDigit(text.charCodeAt(at))) at++
    digits += at - fraction
  }
  if (digits === 0) return NOT_A_NUMBER
  if (at === end) return flags

  const letter = text.charCodeAt(at)
  if (letter !== UPPER_E && letter !== LOWER_E) return NOT_A_NUMBER
  at++
  const exponentSign = text.charCodeAt(at)
  if (exponentSign === PLUS || exponentSign === MINUS) at++
  const exponent = at
  while (at < end && isDigit(text.charCodeAt(at))) at++
  if (at < end || at === exponent || at - exponent > EXPONENT_DIGITS_MAX) return NOT_A_NUMBER
  flags |= EXPONENT
  return flags
}

const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const UPPER_E = 0x45
const LOWER_E = 0x65
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0xa0
