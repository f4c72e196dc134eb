import { FUNCTIONS } from '../functions/index.ts'
import { BINARY_OPERATORS, UNARY_OPERATORS } from '../operators/index.ts'
import { plainToken, type Token } from './token.ts'

export const COMMANDS = [
  'LET',
  'IF',
  'THEN',
  'ELSEIF',
  'ELSE',
  'ENDIF',
  'RETURN',
  'ASSERT',
  'WHILE',
  'DO',
  'ENDWHILE',
  'EXEC',
  'MAST',
] as const

const tokens: readonly Token[] = [
  ...COMMANDS.map((command) => plainToken('COMMAND', command)),
  ...FUNCTIONS.map((called) => ({ ...plainToken('FUNCTION', called.name), function: called })),
  ...BINARY_OPERATORS.map((binary) => ({ ...plainToken('OPERATOR', binary.symbol), binary })),
  ...UNARY_OPERATORS.map((unary) => ({ ...plainToken('OPERATOR', unary.symbol), unary })),
  plainToken('OPERATOR', '='),
  plainToken('OPENBRACKET', '('),
  plainToken('CLOSEBRACKET', ')'),
  plainToken('TRUE', 'TRUE'),
  plainToken('FALSE', 'FALSE'),
]

/** Every word and sign with a fixed meaning. Tokens are shared: a script holds the same ones over and over. */
export const FIXED_TOKENS: ReadonlyMap<string, Token> = new Map(tokens.map((token) => [token.text, token]))
