import { bigIntToBytes, bytesToBigInt } from '../../codec/index.ts'
import { SHIFT_BITS_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import { HexValue, NumberValue, type Value } from '../values/index.ts'
import { requireHex, requireNumber } from '../values/require-type.ts'
import { type BinaryOperator, Level, type UnaryOperator } from './operator.ts'

/** Leading zero bytes go; nothing left is one zero byte. */
const withoutLeadingZeros = (bytes: Uint8Array): HexValue => {
  let start = 0
  while (start < bytes.length && bytes[start] === 0) start++
  return start === bytes.length ? HexValue.ZERO : HexValue.ofBytes(start === 0 ? bytes : bytes.slice(start))
}

/** Operands are aligned at their last bytes; the result has `size` bytes and missing bytes count as zero. */
const combine = (
  left: Uint8Array,
  right: Uint8Array,
  size: number,
  join: (left: number, right: number) => number,
): HexValue => {
  const result = new Uint8Array(size)
  for (let back = 1; back <= size; back++) {
    result[size - back] = join(left[left.length - back] ?? 0, right[right.length - back] ?? 0)
  }
  return withoutLeadingZeros(result)
}

const bitwise = (
  symbol: string,
  sizeOf: (left: number, right: number) => number,
  join: (left: number, right: number) => number,
): BinaryOperator => ({
  symbol,
  level: Level.bits,
  types: `HEX ${symbol} HEX`,
  apply(left: Value, right: Value) {
    const a = requireHex(left, symbol).bytes
    const b = requireHex(right, symbol).bytes
    return combine(a, b, sizeOf(a.length, b.length), join)
  },
})

const LARGEST_SHIFT = NumberValue.ofInteger(SHIFT_BITS_MAX)
const LARGEST_SHIFT_BACK = NumberValue.ofInteger(-SHIFT_BITS_MAX)

/** Shifts the unsigned integer that the bytes spell; negative counts shift the other way. */
const shift = (symbol: string, direction: 1n | -1n): BinaryOperator => ({
  symbol,
  level: Level.sum,
  types: `HEX ${symbol} NUMBER`,
  apply(left, right) {
    const operand = requireHex(left, symbol)
    const count = requireNumber(right, symbol)
    if (count.compare(LARGEST_SHIFT) > 0 || count.compare(LARGEST_SHIFT_BACK) < 0) {
      throw new ScriptFault('out-of-range', `${symbol} shifts by at most ${SHIFT_BITS_MAX} bits, got ${count.text}`)
    }
    return HexValue.ofBytes(bigIntToBytes(bytesToBigInt(operand.bytes) << (BigInt(count.toInt()) * direction)))
  },
})

export const bitOperators: readonly BinaryOperator[] = [
  bitwise('&', Math.min, (left, right) => left & right),
  bitwise('|', Math.max, (left, right) => left | right),
  bitwise('^', Math.max, (left, right) => left ^ right),
  shift('<<', 1n),
  shift('>>', -1n),
]

export const complement: UnaryOperator = {
  symbol: '~',
  types: '~ HEX',
  printed: ' ~ ',
  apply: (operand) => withoutLeadingZeros(requireHex(operand, '~').bytes.map((byte) => ~byte)),
}
