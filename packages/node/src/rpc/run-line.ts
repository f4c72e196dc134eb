import { type JsonText, jsonArray, MinipolisError } from '@minipolis/minima'
import type { Caller } from './caller.ts'
import type { Command, ReplyMembers } from './command.ts'
import { failed, type Reply, succeeded } from './envelope.ts'
import { Arguments } from './line/arguments.ts'
import { commandName, type Parameters, parseCommand, splitLine } from './line/parse-line.ts'
import type { Commands } from './registry.ts'
import { RpcError, SoftFailure } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'
import type { RpcState } from './rpc-state.ts'

export interface RunnerParts {
  readonly node: RpcNode
  readonly state: RpcState
  readonly commands: Commands
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
    const replies = await this.#replies(line, caller, 0)
    return replies.length === 1 ? replies[0]!.json : jsonArray(replies.map(({ json }) => json))
  }

  async #replies(line: string, caller: Caller, depth: number): Promise<Reply[]> {
    const replies: Reply[] = []
    try {
      for (const text of splitLine(line)) {
        const reply = await this.#reply(text, caller, depth)
        replies.push(reply)
        if (!reply.ok) break
      }
    } catch (error) {
      replies.push(failure({ name: '' }, error))
    }
    return replies
  }

  async #reply(text: string, caller: Caller, depth: number): Promise<Reply> {
    const name = commandName(text)
    const command = await this.#parts.commands.get(name)
    if (command === undefined) return failed({ name }, 'error', 'Command not found')
    let parameters: Parameters | undefined
    try {
      parameters = parseCommand(text, command.keepBrackets).parameters
      const unknown = unknownParameter(command, parameters)
      if (unknown !== undefined) {
        return failed({ name: text, parameters, command }, 'error', `Invalid parameter : ${unknown}`)
      }
      return succeeded({ name, parameters, command }, await this.#run(command, { text, parameters, caller, depth }))
    } catch (error) {
      return failure(parameters === undefined ? { name } : { name, parameters, command }, error)
    }
  }

  async #run(command: Command, { text, parameters, caller, depth }: Call): Promise<ReplyMembers> {
    if (depth > NESTING_MAX) throw new RpcError('too-much', 'commands run commands too deep')
    if (command.access === 'write' && caller.mode !== 'write') {
      throw new RpcError('forbidden', `${command.name} needs write access; this user may only read`)
    }
    const { node, state, commands } = this.#parts
    const run = async (line: string): Promise<ReplyMembers> => {
      const inner = await commands.get(commandName(line))
      if (inner === undefined) throw new RpcError('unknown-command', 'Command not found')
      const { parameters } = parseCommand(line, inner.keepBrackets)
      return this.#run(inner, { text: line, parameters, caller, depth: depth + 1 })
    }
    const replies = (line: string): Promise<Reply[]> => this.#replies(line, caller, depth + 1)
    return command.run({ node, state, text, arguments: new Arguments(parameters), caller, run, replies })
  }
}

/** One command, and who gave it. */
interface Call {
  readonly text: string
  readonly parameters: Parameters
  readonly caller: Caller
  readonly depth: number
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
