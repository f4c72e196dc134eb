import { type JsonText, jsonArray, jsonNumber, jsonObject, jsonString } from '@minipolis/minima'
import { type Command, type CommandContext, type ReplyMembers, respond } from '../command.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'
import { runSend, sendParameters } from './send.ts'

export const sendpoll: Command = {
  name: 'sendpoll',
  summary: 'Send as send does, and try every 30 seconds until it succeeds',
  access: 'write',
  parameters: sendParameters,
  examples: ['sendpoll address:0xFF.. amount:10', 'sendpoll action:list', 'sendpoll action:remove uid:0xFF..'],
  run(context) {
    const { state, arguments: args } = context
    switch (args.text('action', 'add')) {
      case 'add':
        return add(context)
      case 'list':
        return list(context)
      case 'remove':
        state.polls.remove(args.text('uid'))
        return respond(jsonObject([['removed', jsonString(args.text('uid'))]]))
      default:
        return respond(jsonObject([]))
    }
  },
}

function add(context: CommandContext): ReplyMembers {
  const { node, state, arguments: args } = context
  if (args.echo.size === 0) throw new RpcError('bad-parameter', 'Must be a valid send command..')
  const poll = state.polls.add(node, {
    shown: context.text.replace(/sendpoll/i, 'send'),
    attempt: async () => {
      try {
        await runSend(context)
        return true
      } catch (error) {
        // Too few free coins is what polling waits for.
        if (error instanceof SoftFailure) return false
        throw error
      }
    },
  })
  return respond(jsonObject([['command', jsonString(poll.shown)]]))
}

function list({ state }: CommandContext): ReplyMembers {
  const commands = state.polls.list().map(
    ({ uid, shown }): JsonText =>
      jsonObject([
        ['uid', jsonString(uid)],
        ['command', jsonString(shown)],
      ]),
  )
  return respond(
    jsonObject([
      ['commands', jsonArray(commands)],
      ['total', jsonNumber(commands.length)],
    ]),
  )
}
