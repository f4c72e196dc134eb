import type { ScriptFunction } from '../functions/script-function.ts'
import type { BinaryOperator, UnaryOperator } from '../operators/index.ts'

/** Kinds by the names that traces print. */
export type TokenKind =
  | 'COMMAND'
  | 'FUNCTION'
  | 'OPERATOR'
  | 'VALUE'
  | 'VARIABLE'
  | 'GLOBAL'
  | 'OPENBRACKET'
  | 'CLOSEBRACKET'
  | 'TRUE'
  | 'FALSE'
  | 'FUNCTIONPARAM'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly binary: BinaryOperator | null
  readonly unary: UnaryOperator | null
  readonly function: ScriptFunction | null
}

/** A token whose text says all about it. */
export const plainToken = (kind: TokenKind, text: string): Token => ({
  kind,
  text,
  binary: null,
  unary: null,
  function: null,
})
