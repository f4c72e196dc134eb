import { type JsonValue, parseJson, trimControls } from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'
import { commandTokens } from './tokens.ts'

/** Characters of a request; a complete transaction of the largest size fits twice. */
export const LINE_LENGTH_MAX = 1024 * 1024
/** Commands of one request. */
export const COMMANDS_MAX = 256
/** Parameters of one command. */
export const PARAMETERS_MAX = 64

/** Parameters by name, in the order they were first named. */
export type Parameters = Map<string, JsonValue>

export interface ParsedCommand {
  /** As it was written, trimmed. */
  readonly text: string
  /** Lower case. */
  readonly name: string
  readonly parameters: Parameters
}

/**
 * Splits a request at every semicolon, before any quoting. Empty pieces do not count, except that a piece of blanks is a
 * command without a name. @throws RpcError `bad-line`, `too-much`
 */
export function splitLine(line: string): string[] {
  if (line.length > LINE_LENGTH_MAX) {
    throw new RpcError('too-much', `a request has at most ${LINE_LENGTH_MAX} characters`, { length: line.length })
  }
  const pieces = line
    .split(';')
    .filter((piece) => piece !== '')
    .map(trimControls)
  if (pieces.length > COMMANDS_MAX) {
    throw new RpcError('too-much', `a request has at most ${COMMANDS_MAX} commands`, { commands: pieces.length })
  }
  return pieces
}

/** The name alone, which is looked up before anything else is read. */
export const commandName = (text: string): string => (commandTokens(text)[0] ?? '').toLowerCase()

/**
 * Reads one command. Of a parameter named twice the last value counts. Text in braces is a JSON object and text in brackets a
 * JSON array, also when it was quoted; `keepBrackets` leaves the latter a text.
 *
 * @throws RpcError `bad-line`, `too-much`
 */
export function parseCommand(text: string, keepBrackets = false): ParsedCommand {
  const [first = '', ...tokens] = commandTokens(text)
  const name = first.toLowerCase()
  const parameters: Parameters = new Map()
  for (const token of tokens) {
    const colon = token.indexOf(':')
    if (colon < 0) throw new RpcError('bad-line', `Invalid parameters for ${name} @ ${token}`)
    parameters.set(
      trimControls(token.slice(0, colon)),
      parseValue(trimControls(token.slice(colon + 1)), keepBrackets, `${name} @ ${token}`),
    )
    if (parameters.size > PARAMETERS_MAX) {
      throw new RpcError('too-much', `a command has at most ${PARAMETERS_MAX} parameters`)
    }
  }
  return { text, name, parameters }
}

function parseValue(text: string, keepBrackets: boolean, where: string): JsonValue {
  const isObject = text.startsWith('{') && text.endsWith('}')
  const isArray = text.startsWith('[') && text.endsWith(']')
  if (isObject || (isArray && !keepBrackets)) {
    const parsed = parseJson(text)
    if (parsed.kind === 'value') return parsed.value
    const reason = parsed.kind === 'failure' ? `: ${parsed.reason}` : ''
    throw new RpcError('bad-line', `Invalid JSON parameter for ${where}${reason}`)
  }
  if (isArray) return text
  return text.replace(/^"/, '').replace(/"$/, '')
}
