import { inspectNodeFolder } from '@minipolis/node'
import type { Command } from 'commander'
import type { NodeView } from '../access/city-access.ts'
import { type CommandContext, withCity } from '../access/context.ts'
import { openNode } from '../network/node-access.ts'
import { readNodeState } from '../network/node-state.ts'
import { facts, grouped } from '../terminal/table.ts'
import { type DataOption, example, type JsonOption, jsonOption } from './options.ts'
import { nodeDataOption } from './peer-options.ts'

/** `minipolis node status`: chain, log and anchors of a city; chain and connections of a node alone. */
export function addNodeStatus(node: Command, context: CommandContext): void {
  const command = node
    .command('status')
    .summary('tell where chain and log stand')
    .description(
      'Tells where the chain and the log stand: newest block, log size, newest checkpoint, newest anchor. For a node without a ' +
        'city: newest block, connections, transactions that wait.',
    )
    .addOption(nodeDataOption())
    .addOption(jsonOption())
  example(command, 'minipolis node status')
  command.action(async (options: DataOption & JsonOption) => {
    const text =
      inspectNodeFolder(options.data) === undefined
        ? await cityStatus(options, context)
        : await nodeStatus(options, context)
    context.terminal.out(text)
  })
}

async function cityStatus({ data, json }: DataOption & JsonOption, context: CommandContext): Promise<string> {
  const view = await withCity(context, data, 'existing', (city) => city.node())
  return json ? `${JSON.stringify(view)}\n` : describe(view)
}

async function nodeStatus({ data, json }: DataOption & JsonOption, context: CommandContext): Promise<string> {
  const access = await openNode(data, context)
  try {
    const { network, url, port } = access
    const { tip, peers, mempool, weight } = await readNodeState((line) => access.run(line))
    if (json) {
      const view = { network, ...(tip && { tip }), weight, mempool, peers, ...(url && { url, port }) }
      return `${JSON.stringify(view)}\n`
    }
    return facts([
      ['network', network],
      ['tip', tip ? `block ${tip.number}, ${tip.time}` : 'no block yet'],
      ['mempool', `${grouped(mempool)} transactions`],
      ['peers', url === undefined ? 'not running' : `${peers} connected${port ? `, listening at port ${port}` : ''}`],
      ['RPC', url ?? 'not running'],
    ])
  } finally {
    await access.close()
  }
}

function describe({ network, tip, log, url }: NodeView): string {
  return facts([
    ['network', network],
    ['tip', tip ? `block ${tip.number}, ${tip.time}` : 'no block yet'],
    ['log', log.origin],
    ['entries', grouped(log.size)],
    ['checkpoint', log.checkpoint === undefined ? 'none yet' : `over ${grouped(log.checkpoint)} entries`],
    [
      'anchored',
      log.anchored === undefined
        ? 'nothing yet'
        : `${grouped(log.anchored)} entries${log.anchorBlock ? `, block ${log.anchorBlock}` : ''}`,
    ],
    ['server', url ?? 'not running'],
  ])
}
