import type { JsonObject } from '../../test/interop/chain-node.ts'
import { postCommand } from '../../test/interop/post-command.ts'

/** A command was refused, or nobody answered: then with a cause. */
export class RpcFailure extends TypeError {}

/** Runs one command. @returns the member `response`, or `message` where there is none. @throws RpcFailure */
export async function rpcCall<T = unknown>(port: number, command: string): Promise<T> {
  const { status, response, message, error } = await call(port, command)
  if (status !== true) throw new RpcFailure(`${command.slice(0, 60)}: ${error ?? message ?? 'refused'}`)
  return (response ?? message ?? null) as T
}

async function call(port: number, command: string): Promise<JsonObject> {
  try {
    return JSON.parse(await postCommand(port, command)) as JsonObject
  } catch (cause) {
    throw new RpcFailure(`no answer to ${command.slice(0, 60)} at port ${port}`, { cause })
  }
}
