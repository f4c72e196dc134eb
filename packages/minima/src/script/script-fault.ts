import { MinipolisError } from '../errors/minipolis-error.ts'

/** Why a text is no script. Such a script never runs; inside EXEC, MAST and FUNCTION it ends the run. */
export const SYNTAX_FAULT_CODES = {
  'bad-token': 'a word or sign that the language does not know',
  'cut-shift': 'the text ends after a single < or >',
  'bad-statement': 'a statement does not start with its command or lacks a part',
  'bad-expression': 'an expression is empty, incomplete or followed by something else',
  'bad-literal': 'a literal is too long, too large or never closed',
  'bad-argument-count': 'a function is given too few or too many arguments',
  'too-nested': 'blocks or brackets are nested more than 64 deep',
} as const

/** Why a run ended early. */
export const RUN_FAULT_CODES = {
  'operation-limit': 'the run needs more operations than allowed',
  'stack-depth': 'blocks and function calls are nested more than 64 deep while running',
  'wrong-type': 'a value has another type than the operation needs',
  'out-of-range': 'an index, position, length, shift or digit count is out of range',
  'too-long': 'a HEX or STRING value would exceed 65536 bytes',
  'not-found': 'a variable, global, state, coin, token or script is missing',
  arithmetic: 'division by zero, root of a negative number, or a number outside its range',
  'bad-data': 'bytes or a text do not decode to what the operation needs',
  'bad-replacement': 'a replacement text ends with a backslash or has a $ without 0 behind it',
  'host-limit': 'the machine ran out of stack or memory; unreachable within the limits above',
  internal: 'a defect of this implementation, reported instead of stopping the node',
} as const

export type ScriptFaultCode = keyof typeof SYNTAX_FAULT_CODES | keyof typeof RUN_FAULT_CODES

/** A script that does not parse, or a run that ended early. Both mean "not successful". */
export class ScriptFault extends MinipolisError<ScriptFaultCode> {}
