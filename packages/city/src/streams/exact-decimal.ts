/** Largest exponent: more would name a number that no reading means. */
const EXPONENT_MAX = 999

const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?\s*$/

/**
 * The exact decimal that a text says, as plain text: no exponent, no blanks, no needless zeros, `.` before decimals, no `-0`.
 * Nothing is rounded: `9.7529096e-08` is `0.000000097529096`.
 *
 * @returns `undefined` when the text is not a decimal number, or an exponent beyond ±999 makes it absurd
 */
export function exactDecimal(text: string): string | undefined {
  const parts = DECIMAL.exec(text)
  if (!parts) return undefined
  const [, sign, whole = '', decimals = '', exponentText = '0'] = parts
  const digits = whole + decimals
  if (digits === '') return undefined
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > EXPONENT_MAX) return undefined

  const point = whole.length + exponent
  const padded = point > digits.length ? digits.padEnd(point, '0') : digits
  const integer = trimStart(point > 0 ? padded.slice(0, point) : '')
  const fraction = trimEnd(point > 0 ? padded.slice(point) : '0'.repeat(-point) + padded)
  const magnitude = fraction === '' ? integer || '0' : `${integer || '0'}.${fraction}`
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude
}

/** Whether a text is a decimal number that `exactDecimal` reads. */
export const isDecimal = (text: string): boolean => exactDecimal(text) !== undefined

function trimStart(digits: string): string {
  let at = 0
  while (digits.charCodeAt(at) === 0x30) at++
  return digits.slice(at)
}

function trimEnd(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}
