import { assertImportOptions, type ImportProgress, type ImportReport } from '@minipolis/city'
import type { Command } from 'commander'
import { type CommandContext, withCity } from '../access/context.ts'
import { openSource } from '../source/open-source.ts'
import { CommandError } from '../terminal/command-error.ts'
import { startProgress } from '../terminal/progress.ts'
import { grouped } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type ImportFlags, importOptions } from './import-flags.ts'
import {
  collect,
  collectList,
  type DataOption,
  dataOption,
  example,
  type JsonOption,
  jsonOption,
  wholeNumber,
} from './options.ts'

type Options = ImportFlags & DataOption & JsonOption

/** `minipolis import`: readings from a CSV file. */
export function addImport(program: Command, context: CommandContext): void {
  const command = program
    .command('import')
    .summary('take readings from a CSV file')
    .description(
      'Takes readings from a CSV file (gzip too; - for standard input). Nothing is guessed and nothing dropped: a line that cannot ' +
        'be read goes to quarantine with its reason, the text of every value is kept as received, and importing the same file again ' +
        'adds nothing.',
    )
    .argument('<file>', 'CSV file, or - for standard input')
    .addOption(dataOption())
    .optionsGroup('Streams:')
    .option('-s, --stream <id>', 'stream of all readings; a prefix with --wide, --stream-column or several --value')
    .option('--stream-column <name>', 'column that names the stream of each row')
    .option('--wide', 'every column but the times is a stream of its own')
    .optionsGroup('Times:')
    .option('-t, --time-column <names>', 'column of the time, or its parts: year,month,day,hour', collectList)
    .option('--time-format <format>', 'iso (the default), unix, unix-ms, or a pattern such as "DD/MM/YYYY HH:mm"')
    .option('--start <time>', 'time of the first row, where no column has times')
    .option('--step <duration>', 'from row to row: 30s, 5m, 1h, 1d')
    .option('-z, --zone <zone>', 'IANA zone of times without offset; required when there are some')
    .optionsGroup('Values:')
    .option('--value <column[:unit]>', 'column of values, with its UCUM unit; repeatable', collect)
    .option('-u, --unit <unit>', 'UCUM unit of all values, for example km/h, kW.h, ug/m3, %')
    .option('--text', 'values are text, not numbers')
    .option(
      '--missing <list>',
      'more spellings of a missing value: TEXT or COLUMN=TEXT; known are the empty cell, NA, N/A, NaN, NULL, null, None',
      collectList,
    )
    .option(
      '--note <columns>',
      'columns kept beside each value: rest (all others, the default), none, or names',
      collectList,
    )
    .optionsGroup('File:')
    .option('--encoding <label>', 'utf-8 (the default), windows-1252 for Latin-1, utf-16le, …')
    .option('--delimiter <char>', 'comma, semicolon or \\t; found in the header when absent')
    .option('--no-header', 'the file has no header line; columns are named 1, 2, …')
    .option('--skip-lines <count>', 'lines to pass over before the header', wholeNumber(0, 1_000))
    .optionsGroup('Options:')
    .addOption(jsonOption())
  example(
    command,
    'minipolis import speed.csv --stream mndot/t4013/speed --time-column timestamp --zone America/Chicago --unit "[mi_i]/h"',
    'minipolis import metr-la.csv.gz --wide --stream la/ --start 2012-03-01T00:00 --step 5m --zone America/Los_Angeles --unit "[mi_i]/h"',
    'minipolis import air.csv.gz --stream no2/ --stream-column location --time-column date.utc --value value:ug/m3',
    'minipolis import accidents.csv.gz --stream york/accidents --time-column Date --time-format "DD/MM/YYYY HH:mm" \\',
    '    --zone Europe/London --value Number_of_Casualties:1 --missing Speed_limit=-1',
  )
  command.action((file: string, options: Options) => runImportCommand(file, options, context))
}

async function runImportCommand(file: string, options: Options, context: CommandContext): Promise<void> {
  const { terminal } = context
  const source = openSource(file, terminal.stdin)
  const wanted = importOptions(source.name, options)
  assertImportOptions(wanted)
  const report = await withCity(context, options.data, 'make', async (city) => {
    const progress = startProgress(terminal, 'importing', source.size)
    try {
      return await city.import(untilAborted(source.bytes, terminal.signal), wanted, (now) =>
        progress.update(source.position(), progressNote(now)),
      )
    } finally {
      progress.stop()
    }
  })
  if (options.json) terminal.out(`${JSON.stringify(report)}\n`)
  else describe(report, terminal)
}

/** An import that the user ends has a source that breaks off: what was taken stays. */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    if (signal.aborted) throw new CommandError('interrupted', 'you ended the import')
    yield piece
  }
}

const progressNote = ({ accepted, duplicate, quarantined }: ImportProgress): string =>
  `${grouped(accepted)} accepted` +
  (duplicate > 0 ? `, ${grouped(duplicate)} already there` : '') +
  (quarantined > 0 ? `, ${grouped(quarantined)} in quarantine` : '')

const SHOWN_MAX = 5

function describe(report: ImportReport, terminal: Terminal): void {
  const { read, accepted, duplicate, quarantined, streams, oddities, damages } = report
  terminal.out(
    `${grouped(read)} readings of ${grouped(streams)} ${streams === 1 ? 'stream' : 'streams'} read: ${grouped(accepted)} accepted, ` +
      `${grouped(duplicate)} already there, ${grouped(quarantined)} in quarantine\n`,
  )
  if (report.first !== undefined) terminal.out(`from ${report.first} to ${report.last}\n`)
  const odd = Object.entries(oddities).map(([name, count]) => `${name} ${grouped(count)}`)
  if (odd.length > 0) terminal.out(`odd: ${odd.join(', ')}\n`)
  for (const { line, column, code, detail } of damages.slice(0, SHOWN_MAX)) {
    terminal.out(`line ${line}${column === undefined ? '' : `, column ${column}`}: ${code}: ${detail}\n`)
  }
  if (quarantined > SHOWN_MAX) terminal.out(`and ${grouped(quarantined - SHOWN_MAX)} more in quarantine\n`)
  if (damages.some(({ code }) => code === 'encoding'))
    terminal.err('  hint: if the file is Latin-1, import it again with --encoding windows-1252\n')
}
