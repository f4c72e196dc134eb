import { type JsonText, jsonBoolean, jsonObject, jsonRaw, jsonString, printJson } from '@minipolis/minima'
import type { Command, ReplyMembers } from './command.ts'
import type { Parameters } from './line/parse-line.ts'

/** Stands in the echo for a password. */
export const REDACTED = '***'

export interface Reply {
  readonly ok: boolean
  readonly json: JsonText
}

interface Call {
  readonly name: string
  readonly parameters?: Parameters
  /** Says which parameters are secret. */
  readonly command?: Command
}

export const succeeded = (call: Call, members: ReplyMembers): Reply => reply(call, true, members)

/** @param kind member that holds the message */
export const failed = (call: Call, kind: 'error' | 'message', message: string): Reply =>
  reply(call, false, [[kind, jsonString(message)]])

function reply({ name, parameters, command }: Call, ok: boolean, members: ReplyMembers): Reply {
  const echo: [string, JsonText][] =
    parameters === undefined || parameters.size === 0 ? [] : [['params', parametersJson(parameters, command)]]
  const head: [string, JsonText][] = [
    ['command', jsonString(name)],
    ...echo,
    ['status', jsonBoolean(ok)],
    ['pending', jsonBoolean(false)],
  ]
  return { ok, json: jsonObject([...head, ...members]) }
}

/** Names that are never echoed, whatever the command: a mistyped command may carry a password too. */
export const SECRET_NAMES: ReadonlySet<string> = new Set(['password', 'confirm', 'privatekey', 'phrase', 'seed'])

function isSecret(name: string, command: Command | undefined): boolean {
  const known = command?.parameters.find((parameter) => parameter.name === name)
  return known === undefined ? SECRET_NAMES.has(name) : known.secret === true
}

const parametersJson = (parameters: Parameters, command: Command | undefined): JsonText =>
  jsonObject(
    Array.from(parameters, ([name, value]) => [
      name,
      isSecret(name, command) ? jsonString(REDACTED) : jsonRaw(printJson(value)),
    ]),
  )

/** The command as it was typed. With secrets in it, it is written anew from what was understood, without them. */
export function shownText(text: string, command: Command, parameters: Parameters): string {
  const names = [...parameters.keys()]
  if (!names.some((name) => isSecret(name, command))) return text
  const words = Array.from(parameters, ([name, value]) => {
    const shown = isSecret(name, command) ? REDACTED : printJson(value)
    return `${name}:${shown}`
  })
  return [command.name, ...words].join(' ')
}
