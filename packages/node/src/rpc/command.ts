import { type JsonText, type JsonValue, jsonString } from '@minipolis/minima'
import type { AccessMode, Caller } from './caller.ts'
import type { Reply } from './envelope.ts'
import type { Arguments } from './line/arguments.ts'
import type { RpcNode } from './rpc-node.ts'
import type { RpcState } from './rpc-state.ts'

export type ParameterType = 'text' | 'number' | 'boolean' | 'hex' | 'address' | 'object' | 'array'

export interface Parameter {
  readonly name: string
  readonly type: ParameterType
  readonly help: string
  readonly required?: true
  /** Never echoed. */
  readonly secret?: true
}

/** What a reply holds after its envelope, in order. */
export type ReplyMembers = readonly (readonly [name: string, value: JsonText])[]

/** A command that another one runs. Values may come from strangers' coins: nothing of them is read as part of a line. */
export interface CommandCall {
  readonly name: string
  /** By name, in the order of the echo. */
  readonly parameters: Readonly<Record<string, JsonValue>>
}

export interface CommandContext {
  readonly node: RpcNode
  readonly state: RpcState
  readonly arguments: Arguments
  readonly caller: Caller
  /** The command as it was typed, without secrets. */
  readonly text: string
  /** Runs another command for the same caller. @throws as that command */
  readonly run: (call: CommandCall) => Promise<ReplyMembers>
  /** Runs other commands for the same caller, up to the first that fails. */
  readonly replies: (calls: readonly CommandCall[]) => Promise<Reply[]>
}

/** A command: its parameters as data, from which `help` is made and calls are checked, and what it does. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** What a caller must be allowed to. */
  readonly access: AccessMode
  readonly parameters: readonly Parameter[]
  readonly examples?: readonly string[]
  /** Keep `[…]` values as text instead of reading them as JSON. */
  readonly keepBrackets?: true
  /** Parameters that are not listed are no fault: the command is refused, whatever it is given. */
  readonly takesAnything?: true
  /** @throws RpcError, SoftFailure, and the errors of the parts of the node */
  run(context: CommandContext): ReplyMembers | Promise<ReplyMembers>
}

export const respond = (response: JsonText): ReplyMembers => [['response', response]]
export const respondText = (text: string): ReplyMembers => respond(jsonString(text))

type ParameterOptions = Pick<Parameter, 'required' | 'secret'>

const parameter =
  (type: ParameterType) =>
  (name: string, help: string, options: ParameterOptions = {}): Parameter => ({ name, type, help, ...options })

export const textParameter = parameter('text')
export const numberParameter = parameter('number')
export const flagParameter = parameter('boolean')
export const hexParameter = parameter('hex')
export const addressParameter = parameter('address')
export const objectParameter = parameter('object')
export const arrayParameter = parameter('array')
export const passwordParameter = (name: string, help: string): Parameter => textParameter(name, help, { secret: true })
export const REQUIRED = { required: true } as const
