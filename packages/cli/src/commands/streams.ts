import type { Command } from 'commander'
import type { StreamView } from '../access/city-access.ts'
import { type CommandContext, withCity } from '../access/context.ts'
import { grouped, table } from '../terminal/table.ts'
import { type DataOption, dataOption, example, type JsonOption, jsonOption } from './options.ts'

type Options = DataOption & JsonOption & { readonly prefix?: string }

/** `minipolis streams`: what the city measures. */
export function addStreams(program: Command, context: CommandContext): void {
  const command = program
    .command('streams')
    .summary('list what the city measures')
    .description(
      'Lists the streams of the city: what they measure, how many readings they hold, and from when to when.',
    )
    .addOption(dataOption())
    .option('--prefix <text>', 'only streams whose id begins so')
    .addOption(jsonOption())
  example(command, 'minipolis streams --prefix la/')
  command.action(async (options: Options) => {
    const { terminal } = context
    const streams: StreamView[] = []
    await withCity(context, options.data, 'existing', async (city) => {
      for await (const stream of city.streams()) if (stream.id.startsWith(options.prefix ?? '')) streams.push(stream)
    })
    if (options.json) terminal.out(`${JSON.stringify(streams)}\n`)
    else if (streams.length === 0) terminal.err('there are no streams yet: minipolis import --help\n')
    else terminal.out(describe(streams))
  })
}

function describe(streams: readonly StreamView[]): string {
  const rows = streams.map(({ id, unit, readings, lastSequence, first, last }) => [
    id,
    unit,
    grouped(readings),
    lastSequence > readings ? grouped(lastSequence - readings) : '',
    first ?? '',
    last ?? '',
  ])
  return table(['stream', 'unit', 'readings', 'missing', 'first', 'last'], rows, 'llrrll')
}
