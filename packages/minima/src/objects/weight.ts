import { bytesToBigInt } from '../codec/index.ts'
import { absolute, type Decimal, digitCount, pow10 } from '../number/decimal.ts'

/**
 * Weight of blocks: value = unscaled · 10^-scale. One block's weight has 7 significant digits, rounded half to even; sums are
 * exact. It is no MiniNumber: the easiest difficulty has a weight of 1, the hardest 10^77.
 */
export type Weight = Decimal

const DIGITS = 7
const MAX_VALUE = 2n ** 256n - 1n

export const ZERO_WEIGHT: Weight = { unscaled: 0n, scale: 0 }

/** numerator · 10^-scale / denominator to 7 digits, half to even. All positive. */
const roundQuotient = (numerator: bigint, denominator: bigint, scale: number): Weight & { exact: boolean } => {
  let shift = DIGITS - digitCount(numerator) + digitCount(denominator)
  for (;;) {
    const top = shift > 0 ? numerator * pow10(shift) : numerator
    const bottom = shift < 0 ? denominator * pow10(-shift) : denominator
    const quotient = top / bottom
    if (quotient >= 10_000_000n) {
      shift--
      continue
    }
    const rest = 2n * (top % bottom)
    const up = rest > bottom || (rest === bottom && quotient % 2n === 1n)
    const rounded = up ? quotient + 1n : quotient
    const carried = rounded === 10_000_000n
    return {
      unscaled: carried ? 1_000_000n : rounded,
      scale: scale + shift - (carried ? 1 : 0),
      exact: rest === 0n,
    }
  }
}

/**
 * Weight of a block with this difficulty: (2^256 - 1) / difficulty.
 * Source: minima-global/Minima: src/org/minima/objects/TxPoW.java (calculateTXPOWID)
 */
export function difficultyWeight(difficulty: Uint8Array): Weight {
  const target = bytesToBigInt(difficulty)
  if (target === 0n) return ZERO_WEIGHT
  let { unscaled, scale, exact } = roundQuotient(MAX_VALUE, target, 0)
  while (exact && scale > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n
    scale--
  }
  return { unscaled, scale }
}

/** weight · 2^level, again with 7 digits: what a block counts at its level of the cascade. */
export function weightAtLevel({ unscaled, scale }: Weight, level: number): Weight {
  const product = unscaled * 2n ** BigInt(level)
  if (digitCount(product) <= DIGITS) return { unscaled: product, scale }
  const rounded = roundQuotient(product, 1n, scale)
  return { unscaled: rounded.unscaled, scale: rounded.scale }
}

/** Exact sum. */
export function addWeights(a: Weight, b: Weight): Weight {
  const scale = Math.max(a.scale, b.scale)
  return { unscaled: a.unscaled * pow10(scale - a.scale) + b.unscaled * pow10(scale - b.scale), scale }
}

export function compareWeights(a: Weight, b: Weight): -1 | 0 | 1 {
  const scale = Math.max(a.scale, b.scale)
  const left = a.unscaled * pow10(scale - a.scale)
  const right = b.unscaled * pow10(scale - b.scale)
  return left < right ? -1 : left > right ? 1 : 0
}

/** The whole part, which is what chains are compared by. */
export const floorWeight = ({ unscaled, scale }: Weight): bigint =>
  scale > 0 ? unscaled / pow10(scale) : unscaled * pow10(-scale)

/** Plain decimal text with the zeros of the rounding, such as `8.000000`. */
export function formatWeight(weight: Weight): string {
  if (weight.scale <= 0) return floorWeight(weight).toString()
  const digits = absolute(weight.unscaled)
    .toString()
    .padStart(weight.scale + 1, '0')
  return `${digits.slice(0, -weight.scale)}.${digits.slice(-weight.scale)}`
}
