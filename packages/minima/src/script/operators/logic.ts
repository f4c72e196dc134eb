import { BooleanValue } from '../values/index.ts'
import { requireBoolean } from '../values/require-type.ts'
import { type BinaryOperator, Level, type UnaryOperator } from './operator.ts'

const logic = (symbol: string, holds: (left: boolean, right: boolean) => boolean): BinaryOperator => ({
  symbol,
  level: Level.logic,
  types: `BOOLEAN ${symbol} BOOLEAN`,
  apply: (left, right) =>
    BooleanValue.of(holds(requireBoolean(left, symbol).value, requireBoolean(right, symbol).value)),
})

export const logicOperators: readonly BinaryOperator[] = [
  logic('AND', (left, right) => left && right),
  logic('OR', (left, right) => left || right),
  logic('XOR', (left, right) => left !== right),
  logic('NAND', (left, right) => !(left && right)),
  logic('NOR', (left, right) => !(left || right)),
  logic('NXOR', (left, right) => left === right),
]

export const not: UnaryOperator = {
  symbol: 'NOT',
  types: 'NOT BOOLEAN',
  printed: 'NOT ',
  apply: (operand) => BooleanValue.of(!requireBoolean(operand, 'NOT').value),
}
