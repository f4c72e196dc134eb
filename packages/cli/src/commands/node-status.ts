import type { Command } from 'commander'
import { facts, grouped } from '../terminal/table.ts'
import type { NodeView } from './city-access.ts'
import { type CommandContext, withCity } from './context.ts'
import { type DataOption, dataOption, example, type JsonOption, jsonOption } from './options.ts'

/** `minipolis node status`: chain, log and anchors. */
export function addNodeStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('node')
    .description('The chain under the city.')
    .command('status')
    .summary('tell where chain and log stand')
    .description('Tells where the chain and the log stand: newest block, log size, newest checkpoint, newest anchor.')
    .addOption(dataOption())
    .addOption(jsonOption())
  example(command, 'minipolis node status')
  command.action(async (options: DataOption & JsonOption) => {
    const view = await withCity(context, options.data, 'existing', (city) => city.node())
    context.terminal.out(options.json ? `${JSON.stringify(view)}\n` : describe(view))
  })
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
