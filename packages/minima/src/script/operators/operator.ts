import type { Value } from '../values/index.ts'

/** How tightly a binary operator binds; all of one level have equal rank and associate to the left. */
export const Level = { logic: 1, relation: 2, bits: 3, sum: 4, product: 5 } as const
export type Level = (typeof Level)[keyof typeof Level]

/** An operator between two operands. Both are always evaluated before `apply`. */
export interface BinaryOperator {
  readonly symbol: string
  readonly level: Level
  /** Operand and result types, for the documentation. */
  readonly types: string
  /** Addition alone leaves no line in the trace. */
  readonly silent?: true
  /** @throws ScriptFault, NumberError */
  apply(left: Value, right: Value): Value
}

/** An operator in front of one operand. It carries a hidden constant, so that it costs two operations. */
export interface UnaryOperator {
  readonly symbol: string
  readonly types: string
  /** How the trace prints it in front of the bracketed operand. */
  readonly printed: string
  /** @throws ScriptFault, NumberError */
  apply(operand: Value): Value
}
