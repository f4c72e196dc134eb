import { readIsoTime } from '@minipolis/city'
import type { Command } from 'commander'
import type { CityAccess, RecordsQuery, RecordView } from '../access/city-access.ts'
import { type CommandContext, withCity } from '../access/context.ts'
import { CommandError } from '../terminal/command-error.ts'
import { table } from '../terminal/table.ts'
import { type DataOption, dataOption, example, type JsonOption, jsonOption, wholeNumber } from './options.ts'
import { instantOption } from './time-option.ts'

interface Options extends DataOption, JsonOption {
  readonly stream: string
  readonly at?: string
  readonly from?: string
  readonly to?: string
  readonly zone?: string
  readonly limit: number
}

/** Readings shown unless asked otherwise. */
const LIMIT = 100
const LIMIT_MAX = 10_000

/** `minipolis records`: readings of one stream. */
export function addRecords(program: Command, context: CommandContext): void {
  const command = program
    .command('records')
    .summary('list readings of a stream')
    .description(
      'Lists readings of a stream with their ids, the text as received and its exact decimal: those of one instant, of a span of time, ' +
        'or the newest.',
    )
    .requiredOption('-s, --stream <id>', 'the stream')
    .addOption(dataOption())
    .option('--at <time>', 'readings of this instant')
    .option('--from <time>', 'readings from this instant on')
    .option('--to <time>', 'readings before this instant')
    .option('-z, --zone <zone>', 'zone of times without offset; by default the one in which the stream was received')
    .option('--limit <count>', 'readings at most', wholeNumber(1, LIMIT_MAX), LIMIT)
    .addOption(jsonOption())
  example(command, 'minipolis records --stream la/717447 --at 2012-03-01T08:00:00Z --json')
  command.action(async (options: Options) => {
    const records = await withCity(context, options.data, 'existing', async (city) =>
      city.records(await queryOf(options, city)),
    )
    if (options.json) context.terminal.out(`${JSON.stringify(records)}\n`)
    else if (records.length === 0) context.terminal.err(`the stream ${options.stream} has no such readings\n`)
    else context.terminal.out(describe(records))
  })
}

async function queryOf(options: Options, city: CityAccess): Promise<RecordsQuery> {
  const { stream, at, from, to, limit } = options
  if (at !== undefined && (from !== undefined || to !== undefined)) {
    throw new CommandError('usage', '--at is one instant: give it, or --from and --to')
  }
  const times = [at, from, to].filter((time) => time !== undefined)
  const zone = options.zone ?? (times.some(hasNoOffset) ? await zoneOfStream(city, stream) : undefined)
  if (at !== undefined) {
    const atMs = instantOption('--at', at, zone)
    return { stream, fromMs: atMs, toMs: atMs + 1, limit }
  }
  return {
    stream,
    ...(from !== undefined && { fromMs: instantOption('--from', from, zone) }),
    ...(to !== undefined && { toMs: instantOption('--to', to, zone) }),
    // Without a beginning the newest readings are meant.
    newestFirst: from === undefined,
    limit,
  }
}

const hasNoOffset = (time: string): boolean => readIsoTime(time)?.offsetMs === undefined

/** Not a guess: the zone stands in the stream's own records. */
async function zoneOfStream(city: CityAccess, stream: string): Promise<string | undefined> {
  const [newest] = await city.records({ stream, newestFirst: true, limit: 1 })
  return newest?.received?.zone
}

function describe(records: readonly RecordView[]): string {
  const rows = records.map(({ id, time, received, value, number, unit, quality, note }) => [
    id,
    time,
    received?.time ?? '',
    JSON.stringify(value),
    number ?? quality ?? '',
    unit,
    note ?? '',
  ])
  return table(['id', 'time', 'as received', 'text', 'number', 'unit', 'note'], rows, 'lllrrll')
}
