import { type JsonText, jsonBoolean, jsonObject, jsonString } from '@minipolis/minima'
import { type Command, flagParameter, hexParameter, type Parameter, REQUIRED, respond } from '../command.ts'

export const quit: Command = {
  name: 'quit',
  summary: 'Stop the node',
  access: 'write',
  parameters: [flagParameter('compact', 'accepted and not used')],
  run({ node }) {
    node.quit()
    return [['message', jsonString('Shutdown complete')]]
  },
}

export const checkmode: Command = {
  name: 'checkmode',
  summary: 'Who is calling, and whether they may write',
  access: 'read',
  parameters: [],
  run({ node, caller }) {
    const writes = caller.mode === 'write'
    return respond(
      jsonObject([
        ['name', jsonString(caller.name)],
        ['mode', jsonString(writes ? 'WRITE' : 'READ')],
        ['public', jsonBoolean(false)],
        ['untrustedmdsuid', jsonString('0xDEADDEADDEAD')],
        ['writemode', jsonBoolean(writes)],
        ['dblocked', jsonBoolean(node.wallet.isLocked)],
      ]),
    )
  },
}

/** Nothing is ever queued for confirmation here: what a caller may not do is refused at once. */
export const checkpending: Command = {
  name: 'checkpending',
  summary: 'Whether a command waits for confirmation; none ever does here',
  access: 'read',
  parameters: [hexParameter('uid', 'id of the command', REQUIRED)],
  run({ arguments: args }) {
    args.text('uid')
    return respond(jsonObject([['pending', jsonBoolean(false)]]))
  },
}

/** Restoring here is putting a file down and stopping: nobody can ask in between. */
export const checkrestore: Command = {
  name: 'checkrestore',
  summary: 'Whether the node is being restored or stopped',
  access: 'read',
  parameters: [],
  run: () =>
    respond(
      jsonObject([
        ['restoring', jsonBoolean(false)],
        ['shuttingdown', jsonBoolean(false)],
        ['complete', jsonBoolean(false)],
      ]),
    ),
}

const LOG_SWITCHES = ['scripts', 'mining', 'maxima', 'blocks', 'txpowdb', 'networking', 'ibd', 'peerschecker']

export const logs: Command = {
  name: 'logs',
  summary: 'Switches of detailed logging; remembered, and read by nobody yet',
  access: 'read',
  parameters: LOG_SWITCHES.map((name): Parameter => flagParameter(name, 'true or false')),
  run({ state, arguments: args }) {
    for (const name of LOG_SWITCHES) if (args.has(name)) state.logs.set(name, args.flag(name))
    return respond(
      jsonObject(
        LOG_SWITCHES.map((name): readonly [string, JsonText] => [name, jsonBoolean(state.logs.get(name) ?? false)]),
      ),
    )
  },
}
