import { findNode } from '@minipolis/node'
import type { Command } from 'commander'
import type { CommandContext } from '../access/context.ts'
import { openNode } from '../network/node-access.ts'
import { asObject, responseOf } from '../network/reply.ts'
import { CommandError } from '../terminal/command-error.ts'
import { table } from '../terminal/table.ts'
import { type DataOption, example, type JsonOption, jsonOption } from './options.ts'
import { nodeDataOption } from './peer-options.ts'

interface PeerRow {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly address: string
  /** Both sides accepted each other's greeting. */
  readonly greeted: boolean
  readonly since: string
}

/** `minipolis node peers`: connections of a running node. */
export function addNodePeers(node: Command, context: CommandContext): void {
  const command = node
    .command('peers')
    .summary('list the connections of a running node')
    .description('Lists the connections of a running node: which side called, where to, and since when.')
    .addOption(nodeDataOption())
    .addOption(jsonOption())
  example(command, 'minipolis node peers', 'minipolis node rpc connect host:192.0.2.7:9001')
  command.action(async ({ data, json }: DataOption & JsonOption) => {
    if (findNode(data) === undefined) {
      throw new CommandError('not-found', `no node runs on ${data} that could be asked`, {
        hint: 'start one: minipolis node start, or for a city: minipolis start --rpc-port 9005',
      })
    }
    const access = await openNode(data, context)
    const rows = peerRows(responseOf(await access.run('network')))
    await access.close()
    context.terminal.out(json ? `${JSON.stringify(rows)}\n` : describe(rows))
  })
}

function peerRows(response: unknown): PeerRow[] {
  const { connections } = asObject(response)
  return (Array.isArray(connections) ? connections : []).map((entry: unknown) => {
    const { uid, incoming, host, port, valid, connected } = asObject(entry)
    return {
      id: String(uid),
      direction: incoming === true ? 'in' : 'out',
      address: port === 0 ? String(host) : `${host}:${port}`,
      greeted: valid === true,
      since: String(connected),
    }
  })
}

function describe(rows: readonly PeerRow[]): string {
  if (rows.length === 0) return 'no connections\n'
  return table(
    ['ID', 'WAY', 'ADDRESS', 'STATE', 'SINCE'],
    rows.map(({ id, direction, address, greeted, since }) => [
      id,
      direction,
      address,
      greeted ? 'greeted' : 'greeting',
      since,
    ]),
    'rllll',
  )
}
