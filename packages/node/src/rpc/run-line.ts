import { type JsonText, jsonArray, MinipolisError } from '@minipolis/minima'
import type { Caller } from './caller.ts'
import type { Command, ReplyMembers } from './command.ts'
import { failed, type Reply, succeeded } from './envelope.ts'
import { Arguments } from './line/arguments.ts'
import { commandName, type Parameters, parseCommand, splitLine } from './line/parse-line.ts'
import { RpcError, SoftFailure } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'
import type { RpcState } from './rpc-state.ts'

export interface RunnerParts {
  readonly node: RpcNode
  readonly state: RpcState
  /** By name. */
  readonly commands: ReadonlyMap<string, Command>
}

/** A command that may run a command that runs a command: as deep as the reference's own commands go, and no deeper. */
const NESTING_MAX = 4

/** Reads command lines and answers them. */
export class CommandRunner {
  readonly #parts: RunnerParts

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /**
   * Runs the commands of a line in order, up to the first that fails. One command gives an object, none or several give an
   * array. Never rejects but for defects of this program.
   */
  async runLine(line: string, caller: Caller): Promise<JsonText> {
    const replies: JsonText[] = []
    try {
      for (const text of splitLine(line)) {
        const { ok, json } = await this.#reply(text, caller)
        replies.push(json)
        if (!ok) break
      }
    } catch (error) {
      replies.push(failure({ name: '' }, error).json)
    }
    return replies.length === 1 ? replies[0]! : jsonArray(replies)
  }

  async #reply(text: string, caller: Caller): Promise<Reply> {
    const name = commandName(text)
    const command = this.#parts.commands.get(name)
    if (command === undefined) return failed({ name }, 'error', 'Command not found')
    let parameters: Parameters | undefined
    try {
      parameters = parseCommand(text, command.keepBrackets).parameters
      const unknown = unknownParameter(command, parameters)
      if (unknown !== undefined) {
        return failed({ name: text, parameters, command }, 'error', `Invalid parameter : ${unknown}`)
      }
      return succeeded({ name, parameters, command }, await this.#run(command, parameters, caller, 0))
    } catch (error) {
      return failure(parameters === undefined ? { name } : { name, parameters, command }, error)
    }
  }

  async #run(command: Command, parameters: Parameters, caller: Caller, depth: number): Promise<ReplyMembers> {
    if (command.access === 'write' && caller.mode !== 'write') {
      throw new RpcError('forbidden', `${command.name} needs write access; this user may only read`)
    }
    const { node, state, commands } = this.#parts
    const run = async (text: string): Promise<ReplyMembers> => {
      const inner = commands.get(commandName(text))
      if (inner === undefined) throw new RpcError('unknown-command', 'Command not found')
      if (depth >= NESTING_MAX) throw new RpcError('too-much', 'commands run commands too deep')
      return this.#run(inner, parseCommand(text, inner.keepBrackets).parameters, caller, depth + 1)
    }
    return command.run({ node, state, arguments: new Arguments(parameters), caller, run })
  }
}

function unknownParameter(command: Command, parameters: Parameters): string | undefined {
  return [...parameters.keys()].find((name) => !command.parameters.some((parameter) => parameter.name === name))
}

interface FailedCall {
  readonly name: string
  readonly parameters?: Parameters
  readonly command?: Command
}

function failure(call: FailedCall, error: unknown): Reply {
  if (error instanceof SoftFailure) return failed(call, 'message', error.message)
  if (error instanceof MinipolisError) return failed(call, 'error', error.message)
  throw error
}
