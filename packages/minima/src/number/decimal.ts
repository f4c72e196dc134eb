/** Powers of ten and digit counts of unscaled decimal integers: the arithmetic below `MiniNumber`. */

/** Significant digits that every operation keeps. Source: minima-global/Minima: src/org/minima/objects/base/MiniNumber.java */
export const SIGNIFICANT_DIGITS = 64

const powers: bigint[] = [1n]

/** 10^n for n ≥ 0; the table grows on demand. */
export const pow10 = (n: number): bigint => {
  if (n > 1024) return 10n ** BigInt(n)
  for (let i = powers.length; i <= n; i++) powers.push(powers[i - 1]! * 10n)
  return powers[n]!
}

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value)

/** Decimal digits of |value|; 1 for zero. */
export const digitCount = (value: bigint): number => {
  const magnitude = absolute(value)
  if (magnitude < 1_000_000_000_000_000n) return String(Number(magnitude)).length
  return magnitude.toString().length
}

/** An unscaled integer with its scale: value = unscaled · 10^-scale. */
export interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

const LIMIT_64_DIGITS = 10n ** BigInt(SIGNIFICANT_DIGITS)

/** Cuts to `digits` significant digits toward zero and lowers the scale by as many places. */
export const cutDigits = (unscaled: bigint, scale: number, digits: number = SIGNIFICANT_DIGITS): Decimal => {
  if (unscaled < LIMIT_64_DIGITS && unscaled > -LIMIT_64_DIGITS && digits >= SIGNIFICANT_DIGITS)
    return { unscaled, scale }
  const drop = digitCount(unscaled) - digits
  return drop > 0 ? { unscaled: unscaled / pow10(drop), scale: scale - drop } : { unscaled, scale }
}

/** Zeros tried at a time: an exact quotient has some sixty of them. */
const ZERO_STEPS = [64, 32, 16, 8, 4, 2, 1]

/** Removes trailing zeros while the scale stays at or above `preferredScale`. */
export const stripZeros = (unscaled: bigint, scale: number, preferredScale: number): Decimal => {
  for (const zeros of ZERO_STEPS) {
    const power = pow10(zeros)
    while (scale - zeros >= preferredScale && unscaled % power === 0n) {
      unscaled /= power
      scale -= zeros
    }
  }
  return { unscaled, scale }
}

/** Largest integer whose square does not exceed `value` (≥ 0), by Newton's method. */
export const integerRoot = (value: bigint): bigint => {
  if (value < 2n) return value
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
