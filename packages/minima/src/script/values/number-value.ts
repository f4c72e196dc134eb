import { MiniNumber } from '../../number/index.ts'
import { parseDecimal } from '../../number/parse-decimal.ts'
import { ScriptFault } from '../script-fault.ts'

/**
 * A decimal number. Whole numbers of scale 0 below 2^53, the common case, are kept as a JavaScript number so that
 * counting and comparing need no big integers; everything else is a {@link MiniNumber}.
 */
export class NumberValue {
  readonly type = 'NUMBER'
  /** The value if it is a safe integer of scale 0, else NaN. */
  readonly small: number
  #number: MiniNumber | undefined

  private constructor(small: number, number: MiniNumber | undefined) {
    this.small = small
    this.#number = number
  }

  /** From a safe integer. */
  static ofInteger(value: number): NumberValue {
    return cached[value] ?? new NumberValue(value, undefined)
  }

  /** Keeps the scale, which PROOF hashes. */
  static of(number: MiniNumber): NumberValue {
    const isSmall = number.scale === 0 && number.unscaled <= SAFE_MAX && number.unscaled >= -SAFE_MAX
    return new NumberValue(isSmall ? Number(number.unscaled) : Number.NaN, number)
  }

  /** @throws NumberError; ScriptFault `arithmetic` for exponents that the reference cannot compute with */
  static parse(text: string): NumberValue {
    if (/[eE]/.test(text)) assertScale(text)
    return NumberValue.of(MiniNumber.parse(text))
  }

  get number(): MiniNumber {
    this.#number ??= MiniNumber.of(this.small)
    return this.#number
  }

  get text(): string {
    return this.isSmall ? String(this.small) : this.number.toString()
  }

  get isSmall(): boolean {
    return !Number.isNaN(this.small)
  }

  /** Low 32 bits of the integer part as a signed integer: how indexes, ports, lengths and counts are read. */
  toInt(): number {
    return this.isSmall ? this.small | 0 : this.number.asInt()
  }

  compare(other: NumberValue): number {
    const difference = this.small - other.small
    return Number.isNaN(difference) ? this.number.compare(other.number) : difference
  }
}

const DECIMALS_MAX = 44
/** Java's integers cannot hold ten to a higher power than this. */
const CUT_DECIMALS_MAX = 536_870_919

/** Cutting a number to 44 decimals divides by a power of ten; where that is too large, the reference fails. */
const assertScale = (text: string): void => {
  if (parseDecimal(text).scale - DECIMALS_MAX > CUT_DECIMALS_MAX) {
    throw new ScriptFault('arithmetic', 'the exponent of a number is too small')
  }
}

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER)
const CACHED_INTEGERS = 256
const cached: NumberValue[] = []
for (let i = 0; i < CACHED_INTEGERS; i++) cached.push(NumberValue.of(MiniNumber.of(i)))
