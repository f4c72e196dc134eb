import { insistWriter } from './caller.ts'
import type { Command, CommandContext, ReplyMembers } from './command.ts'
import { RpcError } from './rpc-error.ts'

export type Action = (context: CommandContext) => ReplyMembers | Promise<ReplyMembers>

export interface ActionOptions {
  /** What is done when `action` is absent; without this it must be given. */
  readonly initial?: string
  /** Of a command that readers may call: the only action that they may. */
  readonly readersOnly?: { readonly command: string; readonly action: string }
  /** Stands before the name of an action that there is not. */
  readonly unknown?: string
}

/** Runs what the parameter `action` names. @throws RpcError `bad-parameter`, `forbidden`, and as the action */
export function byAction(
  actions: Readonly<Record<string, Action>>,
  { initial, readersOnly, unknown = 'Invalid action : ' }: ActionOptions = {},
): Command['run'] {
  return (context) => {
    const name = context.arguments.text('action', initial)
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (action === undefined) throw new RpcError('bad-parameter', `${unknown}${name}`)
    if (readersOnly !== undefined && name !== readersOnly.action) {
      insistWriter(context.caller, `${readersOnly.command} action:${name}`)
    }
    return action(context)
  }
}
