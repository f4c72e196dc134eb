import { type JsonText, jsonArray, jsonNumber, jsonObject, jsonString, printJson } from '@minipolis/minima'
import { type Command, type CommandContext, type ReplyMembers, respond, respondText } from '../command.ts'
import { REDACTED } from '../envelope.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'
import { runSend, sendParameters } from './send.ts'

const OWN = ['action', 'uid']

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
        return respondText(state.polls.remove(args.text('uid')) ? 'Removed' : 'Not found')
      default:
        throw new RpcError('bad-parameter', `Invalid action : ${args.text('action')}`)
    }
  },
}

function add(context: CommandContext): ReplyMembers {
  const { node, state, arguments: args } = context
  const poll = state.polls.add(node, {
    shown: shownCommand(args),
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

/** The send command as one would type it, without its password. */
function shownCommand({ echo }: Arguments): string {
  const parts = Array.from(echo)
    .filter(([name]) => !OWN.includes(name))
    .map(
      ([name, value]) =>
        `${name}:${name === 'password' ? REDACTED : typeof value === 'string' ? value : printJson(value)}`,
    )
  return ['send', ...parts].join(' ')
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
