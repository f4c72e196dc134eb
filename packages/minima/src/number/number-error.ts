import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * - `number-syntax`: the text is no decimal number
 * - `number-range`: the value leaves ±(2^64 - 1), or an exponent leaves 32 bits
 * - `division-by-zero`: divisor zero, or a negative power of zero
 * - `number-operation`: the operation has no result (root of a negative number, quotient too long, digits out of range)
 */
export class NumberError extends MinipolisError<
  'number-syntax' | 'number-range' | 'division-by-zero' | 'number-operation'
> {}
