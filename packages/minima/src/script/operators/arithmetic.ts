import { MiniNumber } from '../../number/index.ts'
import { ScriptFault } from '../script-fault.ts'
import { NumberValue, StringValue, type Value } from '../values/index.ts'
import { requireNumber } from '../values/require-type.ts'
import { type BinaryOperator, Level, type UnaryOperator } from './operator.ts'

/** The exact whole result if both operands were small and it fits, else the rule of decimals. */
const wholeOr = (whole: number, decimal: () => MiniNumber): NumberValue =>
  Number.isSafeInteger(whole) ? NumberValue.ofInteger(whole) : NumberValue.of(decimal())

const addition: BinaryOperator = {
  symbol: '+',
  level: Level.sum,
  types: 'NUMBER + NUMBER or STRING + STRING',
  silent: true,
  apply(left, right) {
    if (left.type === 'NUMBER' && right.type === 'NUMBER') {
      return wholeOr(left.small + right.small, () => left.number.add(right.number))
    }
    if (left.type === 'STRING' && right.type === 'STRING') return new StringValue(left.text + right.text)
    throw new ScriptFault('wrong-type', `+ adds two NUMBERs or joins two STRINGs, got ${left.type} and ${right.type}`)
  },
}

const numeric = (
  symbol: string,
  level: Level,
  compute: (left: NumberValue, right: NumberValue) => NumberValue,
): BinaryOperator => ({
  symbol,
  level,
  types: `NUMBER ${symbol} NUMBER`,
  apply: (left: Value, right: Value) => compute(requireNumber(left, symbol), requireNumber(right, symbol)),
})

/** Whole only if both operands are and the division leaves no rest; a zero divisor gives NaN. */
const wholeQuotient = (left: number, right: number): number => (left % right === 0 ? left / right : Number.NaN)

export const arithmeticOperators: readonly BinaryOperator[] = [
  addition,
  numeric('-', Level.sum, (a, b) => wholeOr(a.small - b.small, () => a.number.sub(b.number))),
  numeric('%', Level.sum, (a, b) => wholeOr(a.small % b.small, () => a.number.mod(b.number))),
  numeric('*', Level.product, (a, b) => wholeOr(a.small * b.small, () => a.number.mult(b.number))),
  numeric('/', Level.product, (a, b) => wholeOr(wholeQuotient(a.small, b.small), () => a.number.div(b.number))),
]

export const negation: UnaryOperator = {
  symbol: 'NEG',
  types: 'NEG NUMBER',
  printed: ' - ',
  apply(operand) {
    const value = requireNumber(operand, 'NEG')
    return wholeOr(-value.small, () => value.number.mult(MiniNumber.MINUS_ONE))
  },
}
