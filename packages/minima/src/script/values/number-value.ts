import { MiniNumber } from '../../number/index.ts'

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

  static parse(text: string): NumberValue {
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

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER)
const CACHED_INTEGERS = 256
const cached: NumberValue[] = []
for (let i = 0; i < CACHED_INTEGERS; i++) cached.push(NumberValue.of(MiniNumber.of(i)))
