import type { Command } from 'commander'
import { writeWhole } from '../source/write-file.ts'
import { type CommandContext, withCity } from './context.ts'
import { type DataOption, dataOption, example } from './options.ts'

type Options = DataOption & { readonly output?: string }

/** `minipolis evidence`: one file that proves a reading. */
export function addEvidence(program: Command, context: CommandContext): void {
  const command = program
    .command('evidence')
    .description(
      'Writes the evidence of a reading: one file that proves, offline and for ever, who measured what, that it stands in the log, and ' +
        'in which block of the chain the log was anchored.',
    )
    .argument('<reading-id>', 'for example la/717447@12; minipolis records lists them')
    .option('-o, --output <file>', 'where to write it; standard output when absent')
    .addOption(dataOption())
  example(command, 'minipolis evidence la/717447@12 -o reading.json', 'minipolis verify reading.json')
  command.action(async (readingId: string, { data, output }: Options) => {
    const text = await withCity(context, data, (city) => city.evidence(readingId))
    if (output === undefined || output === '-') {
      context.terminal.out(text)
      return
    }
    writeWhole(output, text)
    context.terminal.err(`wrote ${output}, ${Buffer.byteLength(text)} bytes\n`)
  })
}
