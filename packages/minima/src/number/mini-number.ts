import type { Decimal } from './decimal.ts'
import { absolute, cutDigits, digitCount, integerRoot, pow10, SIGNIFICANT_DIGITS, stripZeros } from './decimal.ts'
import { NumberError } from './number-error.ts'
import { parseDecimal } from './parse-decimal.ts'

/** Decimals kept by text and arithmetic. */
const DECIMALS_MAX = 44
const MAX_VALUE = 2n ** 64n - 1n
const POWER_MAX = 999_999_999
const INT32_MAX = 2 ** 31 - 1

/** Largest unscaled value per scale 0..44; below it neither the range nor the 64 digits are exceeded. */
const largestUnscaled = Array.from({ length: DECIMALS_MAX + 1 }, (_, scale) => MAX_VALUE * pow10(scale))

/**
 * Minima's decimal number: value = unscaled · 10^-scale. The scale is part of the wire form and of every hash, so 1, 1.0
 * and 1.00 compare equal and differ in bytes. Every operation truncates toward zero to 64 significant digits and 44
 * decimals and stays within ±(2^64 - 1). Source: minima-global/Minima: src/org/minima/objects/base/MiniNumber.java
 */
export class MiniNumber {
  readonly unscaled: bigint
  readonly scale: number

  private constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }

  /** From a safe integer or bigint (scale 0), or from text. @throws NumberError */
  static of(value: number | bigint | string): MiniNumber {
    if (typeof value === 'string') return MiniNumber.parse(value)
    if (typeof value === 'bigint') return finish(value, 0)
    const small = smallIntegers[value]
    if (small !== undefined) return small
    if (!Number.isSafeInteger(value)) {
      throw new NumberError('number-syntax', `expected a whole number below 2^53, got ${value}; pass decimals as text`)
    }
    return MiniNumber.raw(BigInt(value), 0)
  }

  /** From decimal text; keeps the scale the text shows, up to 44 decimals. @throws NumberError */
  static parse(text: string): MiniNumber {
    const { unscaled, scale } = parseDecimal(text)
    return limit(unscaled, scale)
  }

  /** As read from the wire: only the 64-digit cut, neither range nor decimals are limited. */
  static raw(unscaled: bigint, scale: number): MiniNumber {
    const cut = cutDigits(unscaled, scale)
    return new MiniNumber(cut.unscaled, cut.scale)
  }

  static readonly ZERO = new MiniNumber(0n, 0)
  static readonly ONE = new MiniNumber(1n, 0)
  static readonly TWO = new MiniNumber(2n, 0)
  static readonly MINUS_ONE = new MiniNumber(-1n, 0)
  /** Written with scale -1, as the reference's constant; multiplying by it lowers the scale. */
  static readonly TEN = new MiniNumber(1n, -1)
  /** The largest coin amount, written with scale -9. */
  static readonly BILLION = new MiniNumber(1n, -9)
  static readonly MAX = new MiniNumber(MAX_VALUE, 0)
  /** The smallest positive amount, 10^-44. */
  static readonly UNIT = new MiniNumber(1n, DECIMALS_MAX)

  add(other: MiniNumber): MiniNumber {
    if (this.scale === other.scale) return finishSum(this.unscaled + other.unscaled, this.scale)
    if (this.unscaled === 0n) return finishPadded(other, this.scale)
    if (other.unscaled === 0n) return finishPadded(this, other.scale)
    return this.scale < other.scale
      ? finishSum(this.unscaled * pow10(other.scale - this.scale) + other.unscaled, other.scale)
      : finishSum(this.unscaled + other.unscaled * pow10(this.scale - other.scale), this.scale)
  }

  sub(other: MiniNumber): MiniNumber {
    return this.add(new MiniNumber(-other.unscaled, other.scale))
  }

  mult(other: MiniNumber): MiniNumber {
    return finishSum(this.unscaled * other.unscaled, this.scale + other.scale)
  }

  /** @throws NumberError `division-by-zero` */
  div(other: MiniNumber): MiniNumber {
    const quotient = divide(this, other, SIGNIFICANT_DIGITS)
    return finish(quotient.unscaled, quotient.scale)
  }

  /** Remainder with the sign of the dividend. @throws NumberError `division-by-zero`, `number-operation` */
  mod(other: MiniNumber): MiniNumber {
    if (this.unscaled === 0n && other.unscaled !== 0n) return finish(0n, this.scale)
    const quotient = integerQuotient(this, other)
    const product = { unscaled: quotient.unscaled * other.unscaled, scale: quotient.scale + other.scale }
    const scale = Math.max(this.scale, product.scale)
    return finish(this.unscaled * pow10(scale - this.scale) - product.unscaled * pow10(scale - product.scale), scale)
  }

  /** ANSI X3.274 power by squaring with 64 + digits(n) + 1 working digits. @throws NumberError */
  pow(exponent: number): MiniNumber {
    if (!Number.isInteger(exponent) || Math.abs(exponent) > POWER_MAX) {
      throw new NumberError('number-operation', `a power must be a whole number within ±${POWER_MAX}, got ${exponent}`)
    }
    if (exponent === 0) return MiniNumber.ONE
    const magnitude = Math.abs(exponent)
    const digits = SIGNIFICANT_DIGITS + String(magnitude).length + 1
    let power: Decimal = MiniNumber.ONE
    for (let bit = 2 ** Math.floor(Math.log2(magnitude)); bit >= 1; bit /= 2) {
      power = workingProduct(power, power, digits)
      if (Math.floor(magnitude / bit) % 2 === 1) power = workingProduct(power, this, digits)
    }
    if (exponent < 0) power = divide(MiniNumber.ONE, power, digits)
    const cut = cutDigits(power.unscaled, power.scale)
    return finish(cut.unscaled, cut.scale)
  }

  /** Root truncated to 64 digits. @throws NumberError `number-operation` for negative numbers */
  sqrt(): MiniNumber {
    if (this.unscaled < 0n) throw new NumberError('number-operation', `no square root of the negative number ${this}`)
    const preferredScale = Math.trunc(this.scale / 2)
    if (this.unscaled === 0n) return finish(0n, preferredScale)
    let shift = 2 * SIGNIFICANT_DIGITS + 1 - digitCount(this.unscaled)
    if ((this.scale + shift) % 2 !== 0) shift++
    const root = cutDigits(integerRoot(this.unscaled * pow10(shift)), (this.scale + shift) / 2)
    const stripped = stripZeros(root.unscaled, root.scale, Number.NEGATIVE_INFINITY)
    const padded = padToScale(stripped, preferredScale)
    return finish(padded.unscaled, padded.scale)
  }

  floor(): MiniNumber {
    return this.toInteger(-1n)
  }

  ceil(): MiniNumber {
    return this.toInteger(1n)
  }

  private toInteger(away: bigint): MiniNumber {
    if (this.scale <= 0) return finish(this.unscaled, this.scale)
    const unit = pow10(this.scale)
    const whole = this.unscaled / unit
    const rest = this.unscaled % unit
    return finish(rest !== 0n && rest > 0n === away > 0n ? whole + away : whole, 0)
  }

  abs(): MiniNumber {
    return finish(absolute(this.unscaled), this.scale)
  }

  increment(): MiniNumber {
    return this.add(MiniNumber.ONE)
  }

  decrement(): MiniNumber {
    return this.add(MiniNumber.MINUS_ONE)
  }

  /** Truncates to `digits` (1..64); 0 leaves the number as it is. @throws NumberError `number-operation` */
  setSignificantDigits(digits: number): MiniNumber {
    if (!Number.isInteger(digits) || digits < 0 || digits > SIGNIFICANT_DIGITS) {
      throw new NumberError('number-operation', `significant digits must be 0 to ${SIGNIFICANT_DIGITS}, got ${digits}`)
    }
    const drop = digits === 0 ? 0 : digitCount(this.unscaled) - digits
    return drop > 0 ? finish(this.unscaled / pow10(drop), this.scale - drop) : finish(this.unscaled, this.scale)
  }

  /** By value: the scale is ignored. */
  compare(other: MiniNumber): -1 | 0 | 1 {
    let mine = this.unscaled
    let theirs = other.unscaled
    if (this.scale !== other.scale && mine !== 0n && theirs !== 0n) {
      if (this.scale < other.scale) mine *= pow10(other.scale - this.scale)
      else theirs *= pow10(this.scale - other.scale)
    }
    return mine < theirs ? -1 : mine > theirs ? 1 : 0
  }

  equals(other: MiniNumber): boolean {
    return this.compare(other) === 0
  }

  lessThan(other: MiniNumber): boolean {
    return this.compare(other) < 0
  }

  lessThanOrEqual(other: MiniNumber): boolean {
    return this.compare(other) <= 0
  }

  moreThan(other: MiniNumber): boolean {
    return this.compare(other) > 0
  }

  moreThanOrEqual(other: MiniNumber): boolean {
    return this.compare(other) >= 0
  }

  isZero(): boolean {
    return this.unscaled === 0n
  }

  isNegative(): boolean {
    return this.unscaled < 0n
  }

  /** An amount that a coin may have: more than 0, at most one billion. */
  isValidAmount(): boolean {
    return this.unscaled > 0n && this.compare(MiniNumber.BILLION) <= 0
  }

  /** Integer part, cut toward zero. */
  toBigInt(): bigint {
    if (this.scale === 0 || this.unscaled === 0n) return this.unscaled
    return this.scale > 0 ? this.unscaled / pow10(this.scale) : this.unscaled * pow10(-this.scale)
  }

  /** Low 32 bits of the integer part, as a signed integer. */
  asInt(): number {
    return Number(BigInt.asIntN(32, this.toBigInt()))
  }

  /** Low 64 bits of the integer part, as a signed integer. */
  asLong(): bigint {
    return BigInt.asIntN(64, this.toBigInt())
  }

  /** Plain decimal text: no exponent, no trailing zeros; the scale is lost. */
  toString(): string {
    if (this.unscaled === 0n) return '0'
    if (this.scale <= 0) return this.toBigInt().toString()
    const digits = absolute(this.unscaled)
      .toString()
      .padStart(this.scale + 1, '0')
    const point = digits.length - this.scale
    const decimals = digits.slice(point).replace(/0+$/, '')
    return `${this.unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${decimals === '' ? '' : `.${decimals}`}`
  }
}

const SMALL_INTEGERS = 256
const smallIntegers: readonly MiniNumber[] = Array.from({ length: SMALL_INTEGERS }, (_, i) =>
  MiniNumber.raw(BigInt(i), 0),
)

/** Most results need no cutting; `undefined` stands for those that do. */
const withinLimits = (unscaled: bigint, scale: number): boolean => {
  const largest = largestUnscaled[scale]
  return largest !== undefined && unscaled <= largest && unscaled >= -largest
}

const outOfRange = (): NumberError => new NumberError('number-range', 'the number leaves the range of ±(2^64 - 1)')

/** 44 decimals and the range: what the reference does after reading text and after every operation. */
const limit = (unscaled: bigint, scale: number): MiniNumber => {
  if (withinLimits(unscaled, scale) || unscaled === 0n) return MiniNumber.raw(unscaled, Math.min(scale, DECIMALS_MAX))
  if (scale > DECIMALS_MAX) {
    const drop = scale - DECIMALS_MAX
    return limit(drop > digitCount(unscaled) ? 0n : unscaled / pow10(drop), DECIMALS_MAX)
  }
  const integerDigits = digitCount(unscaled) - scale
  if (integerDigits > 20 || absolute(scaleUp(unscaled, scale)) > MAX_VALUE * pow10(Math.max(scale, 0)))
    throw outOfRange()
  return MiniNumber.raw(unscaled, scale)
}

const scaleUp = (unscaled: bigint, scale: number): bigint => (scale < 0 ? unscaled * pow10(-scale) : unscaled)

/** The reference rewrites every result as plain decimal text, which removes negative scales, then limits it. */
const finish = (unscaled: bigint, scale: number): MiniNumber => {
  if (withinLimits(unscaled, scale)) return MiniNumber.raw(unscaled, scale)
  if (unscaled === 0n) return MiniNumber.raw(0n, Math.min(Math.max(scale, 0), DECIMALS_MAX))
  if (scale < 0 && digitCount(unscaled) - scale > 20) throw outOfRange()
  const cut = cutDigits(scaleUp(unscaled, scale), Math.max(scale, 0))
  return limit(cut.unscaled, cut.scale)
}

const finishSum = (unscaled: bigint, scale: number): MiniNumber => {
  if (withinLimits(unscaled, scale)) return MiniNumber.raw(unscaled, scale)
  const cut = cutDigits(unscaled, scale)
  return finish(cut.unscaled, cut.scale)
}

/** Raises the scale with zeros as far as 64 digits allow. */
const padToScale = (value: Decimal, scale: number): Decimal => {
  const pad = Math.min(scale - value.scale, SIGNIFICANT_DIGITS - digitCount(value.unscaled))
  return pad > 0 ? { unscaled: value.unscaled * pow10(pad), scale: value.scale + pad } : value
}

/** A sum whose other operand is zero of scale `otherScale`. */
const finishPadded = (value: Decimal, otherScale: number): MiniNumber => {
  const padded =
    value.unscaled === 0n ? { unscaled: 0n, scale: Math.max(value.scale, otherScale) } : padToScale(value, otherScale)
  return finish(padded.unscaled, padded.scale)
}

/** Quotient truncated to `digits`; when exact, trailing zeros go down to the preferred scale s1 - s2. */
const divide = (dividend: Decimal, divisor: Decimal, digits: number): Decimal => {
  if (divisor.unscaled === 0n) throw new NumberError('division-by-zero', 'division by zero')
  const preferredScale = dividend.scale - divisor.scale
  if (dividend.unscaled === 0n) return { unscaled: 0n, scale: preferredScale }
  const shift = Math.max(0, digits + 1 + digitCount(divisor.unscaled) - digitCount(dividend.unscaled))
  const shifted = dividend.unscaled * pow10(shift)
  const quotient = shifted / divisor.unscaled
  const scale = preferredScale + shift
  const cut = cutDigits(quotient, scale, digits)
  const exact = shifted % divisor.unscaled === 0n && cut.unscaled * pow10(scale - cut.scale) === quotient
  return exact ? stripZeros(cut.unscaled, cut.scale, preferredScale) : cut
}

/** Integer part of the quotient with the scale the reference gives it, which decides the scale of a remainder. */
const integerQuotient = (dividend: Decimal, divisor: Decimal): Decimal => {
  if (divisor.unscaled === 0n) throw new NumberError('division-by-zero', 'division by zero')
  const preferredScale = dividend.scale - divisor.scale
  const top = dividend.unscaled * pow10(Math.max(0, divisor.scale - dividend.scale))
  const bottom = divisor.unscaled * pow10(Math.max(0, dividend.scale - divisor.scale))
  const whole = top / bottom
  if (whole === 0n) return { unscaled: 0n, scale: preferredScale }
  const quotient = stripZeros(whole, 0, Math.min(0, preferredScale))
  if (digitCount(stripZeros(whole, 0, -SIGNIFICANT_DIGITS * 8).unscaled) > SIGNIFICANT_DIGITS) {
    throw new NumberError('number-operation', 'the integer quotient has more than 64 digits')
  }
  return preferredScale > 0 ? padToScale(quotient, preferredScale) : quotient
}

const workingProduct = (a: Decimal, b: Decimal, digits: number): Decimal => {
  const product = cutDigits(a.unscaled * b.unscaled, a.scale + b.scale, digits)
  if (product.unscaled !== 0n && Math.abs(product.scale) > INT32_MAX) throw outOfRange()
  return product.unscaled === 0n
    ? { unscaled: 0n, scale: Math.max(-INT32_MAX, Math.min(INT32_MAX, product.scale)) }
    : product
}
