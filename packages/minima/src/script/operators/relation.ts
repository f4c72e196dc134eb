import { ScriptFault } from '../script-fault.ts'
import { BooleanValue, type Value } from '../values/index.ts'
import { requireNumber } from '../values/require-type.ts'
import { type BinaryOperator, Level } from './operator.ts'

const isEqual = (left: Value, right: Value, symbol: string): boolean => {
  if (left.type === 'HEX' && right.type === 'HEX') return left.equals(right)
  if (left.type === 'NUMBER' && right.type === 'NUMBER') return left.compare(right) === 0
  if (left.type === 'STRING' && right.type === 'STRING') return left.text === right.text
  if (left.type === 'BOOLEAN' && right.type === 'BOOLEAN') return left === right
  throw new ScriptFault('wrong-type', `${symbol} compares values of one type, got ${left.type} and ${right.type}`)
}

const equality = (symbol: string, expected: boolean): BinaryOperator => ({
  symbol,
  level: Level.relation,
  types: `two of the same type, any type`,
  apply: (left, right) => BooleanValue.of(isEqual(left, right, symbol) === expected),
})

const order = (symbol: string, holds: (comparison: number) => boolean): BinaryOperator => ({
  symbol,
  level: Level.relation,
  types: `NUMBER ${symbol} NUMBER`,
  apply: (left, right) => BooleanValue.of(holds(requireNumber(left, symbol).compare(requireNumber(right, symbol)))),
})

export const relationOperators: readonly BinaryOperator[] = [
  equality('EQ', true),
  equality('NEQ', false),
  order('GT', (comparison) => comparison > 0),
  order('GTE', (comparison) => comparison >= 0),
  order('LT', (comparison) => comparison < 0),
  order('LTE', (comparison) => comparison <= 0),
]
