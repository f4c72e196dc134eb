import { type JsonText, jsonArray, MinipolisError } from '@minipolis/minima'
import { type Caller, insistWriter } from './caller.ts'
import type { Command, CommandCall, ReplyMembers } from './command.ts'
import { failed, type Reply, shownText, succeeded } from './envelope.ts'
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
    const replies = await this.#lineReplies(line, caller)
    return replies.length === 1 ? replies[0]!.json : jsonArray(replies.map(({ json }) => json))
  }

  async #lineReplies(line: string, caller: Caller): Promise<Reply[]> {
    try {
      return await upToFailure(splitLine(line), (text) => this.#textReply(text, caller))
    } catch (error) {
      return [failure({ name: '' }, error)]
    }
  }

  async #textReply(text: string, caller: Caller): Promise<Reply> {
    const name = commandName(text)
    const command = await this.#parts.commands.get(name)
    if (command === undefined) return failed({ name }, 'error', 'Command not found')
    let parameters: Parameters
    try {
      parameters = parseCommand(text, command.keepBrackets).parameters
    } catch (error) {
      return failure({ name }, error)
    }
    const shown = shownText(text, command, parameters)
    const unknown = unknownParameter(command, parameters)
    if (unknown !== undefined) {
      return failed({ name: shown, parameters, command }, 'error', `Invalid parameter : ${unknown}`)
    }
    return this.#reply({ command, text: shown, parameters, caller, depth: 0 })
  }

  async #reply(call: Call): Promise<Reply> {
    const { command, parameters } = call
    const echo = { name: command.name, parameters, command }
    try {
      return succeeded(echo, await this.#run(call))
    } catch (error) {
      return failure(echo, error)
    }
  }

  async #run({ command, text, parameters, caller, depth }: Call): Promise<ReplyMembers> {
    if (depth > NESTING_MAX) throw new RpcError('too-much', 'commands run commands too deep')
    if (command.access === 'write') insistWriter(caller, command.name)
    const { node, state, commands } = this.#parts
    const inner = async ({ name, parameters: given }: CommandCall): Promise<Call> => {
      const found = await commands.get(name)
      if (found === undefined) throw new RpcError('unknown-command', 'Command not found')
      return { command: found, text: name, parameters: new Map(Object.entries(given)), caller, depth: depth + 1 }
    }
    return command.run({
      ...{ node, state, text, caller },
      arguments: new Arguments(parameters),
      run: async (call) => this.#run(await inner(call)),
      replies: (calls) => upToFailure(calls, async (call) => this.#reply(await inner(call))),
    })
  }
}

/** One command, and who gave it. */
interface Call {
  readonly command: Command
  readonly text: string
  readonly parameters: Parameters
  readonly caller: Caller
  readonly depth: number
}

/** The replies in order, the last one that of the first failure. */
async function upToFailure<T>(calls: readonly T[], replyTo: (call: T) => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = []
  for (const call of calls) {
    const reply = await replyTo(call)
    replies.push(reply)
    if (!reply.ok) break
  }
  return replies
}

function unknownParameter(command: Command, parameters: Parameters): string | undefined {
  if (command.takesAnything) return undefined
  return [...parameters.keys()].find((name) => !command.parameters.some((parameter) => parameter.name === name))
}

interface FailedCall {
  readonly name: string
  readonly parameters?: Parameters
  readonly command?: Command
}

function failure(call: FailedCall, error: unknown): Reply {
  if (error instanceof SoftFailure) return failed(call, 'message', error.message)
  if (error instanceof MinipolisError || isSystemError(error)) return failed(call, 'error', error.message)
  throw error
}

/** What the disk or the network of this machine refuses, and not a defect of this program. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error
