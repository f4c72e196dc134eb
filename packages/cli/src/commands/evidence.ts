import type { Command } from 'commander'
import { type CommandContext, withCity } from '../access/context.ts'
import { writeWhole } from '../source/write-file.ts'
import { type DataOption, dataOption, example, wholeNumber } from './options.ts'

interface Options extends DataOption {
  readonly output?: string
  readonly wait: number
}

/** A block every few seconds on a chain for demonstrations; elsewhere anchors take longer than a person waits. */
const WAIT_SECONDS = 30

/** `minipolis evidence`: one file that proves a reading. */
export function addEvidence(program: Command, context: CommandContext): void {
  const command = program
    .command('evidence')
    .summary('write the file that proves a reading')
    .description(
      'Writes the evidence of a reading: one file that proves, offline and for ever, who measured what, that it stands in the log, and ' +
        'in which block of the chain the log was anchored.',
    )
    .argument('<reading-id>', 'for example la/717447@12; minipolis records lists them')
    .option('-o, --output <file>', 'where to write it; standard output when absent')
    .option(
      '--wait <seconds>',
      'how long to wait for a block that anchors the reading',
      wholeNumber(0, 3_600),
      WAIT_SECONDS,
    )
    .addOption(dataOption())
  example(command, 'minipolis evidence la/717447@12 -o reading.json', 'minipolis verify reading.json')
  command.action(async (readingId: string, { data, output, wait }: Options) => {
    const text = await withCity(context, data, 'existing', (city) => city.evidence(readingId, wait * 1_000))
    if (!isAnchored(text))
      context.terminal.err('not anchored yet: the evidence reaches to the signed checkpoint of the log\n')
    if (output === undefined || output === '-') {
      context.terminal.out(text)
      return
    }
    writeWhole(output, text)
    context.terminal.err(`wrote ${output}, ${Buffer.byteLength(text)} bytes\n`)
  })
}

const isAnchored = (text: string): boolean => (JSON.parse(text) as { readonly anchor?: unknown }).anchor !== null
