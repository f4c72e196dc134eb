import { FUNCTIONS } from './functions/index.ts'
import { BINARY_OPERATORS, UNARY_OPERATORS } from './operators/index.ts'
import { COMMANDS } from './tokens/words.ts'
import { GLOBALS } from './transaction-environment.ts'
import type { ValueType } from './values/index.ts'

/** A function as the documentation and editors list it. */
export interface ScriptFunctionEntry {
  readonly name: string
  /** As in `start NUMBER`; a last one that may repeat ends in `...`. */
  readonly parameters: readonly string[]
  /** Fewest arguments where their number is open, else null: exactly those of `parameters`. */
  readonly argumentsMin: number | null
  readonly returns: ValueType | 'any'
  readonly about: string
}

export interface ScriptOperatorEntry {
  readonly symbol: string
  /** 1 binds loosest (AND, OR …), 5 tightest (* and /), 6 are those in front of an operand. */
  readonly level: number
  readonly types: string
}

const UNARY_LEVEL = 6

/** Every word and sign of the language, for documentation, highlighting and completion. */
export const SCRIPT_LANGUAGE: {
  readonly commands: readonly string[]
  readonly functions: readonly ScriptFunctionEntry[]
  readonly operators: readonly ScriptOperatorEntry[]
  readonly globals: readonly { readonly name: string; readonly about: string }[]
} = {
  commands: COMMANDS,
  functions: FUNCTIONS.map(({ name, parameters, argumentsMin, returns, about }) => ({
    name,
    parameters,
    argumentsMin: argumentsMin ?? null,
    returns,
    about,
  })),
  operators: [
    ...BINARY_OPERATORS.map(({ symbol, level, types }) => ({ symbol, level, types })),
    ...UNARY_OPERATORS.map(({ symbol, types }) => ({ symbol, level: UNARY_LEVEL, types })),
  ],
  globals: [...GLOBALS].map(([name, about]) => ({ name, about })),
}
