import { arithmeticOperators, negation } from './arithmetic.ts'
import { bitOperators, complement } from './bits.ts'
import { logicOperators, not } from './logic.ts'
import type { BinaryOperator, UnaryOperator } from './operator.ts'
import { relationOperators } from './relation.ts'

export { type BinaryOperator, Level, type UnaryOperator } from './operator.ts'

export const BINARY_OPERATORS: readonly BinaryOperator[] = [
  ...logicOperators,
  ...relationOperators,
  ...bitOperators,
  ...arithmeticOperators,
]

export const UNARY_OPERATORS: readonly UnaryOperator[] = [not, negation, complement]
