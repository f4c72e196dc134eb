import type { Command } from 'commander'
import { type CommandContext, withCity } from '../access/context.ts'
import { CommandError } from '../terminal/command-error.ts'
import { startProgress } from '../terminal/progress.ts'
import { grouped } from '../terminal/table.ts'
import { type DataOption, dataOption, example, type JsonOption, jsonOption } from './options.ts'

/** `minipolis log fsck` and `minipolis log export`. */
export function addLog(program: Command, context: CommandContext): void {
  const log = program.command('log').description('The log that holds every reading.')
  addFsck(log, context)
  addExport(log, context)
}

function addFsck(log: Command, context: CommandContext): void {
  const command = log
    .command('fsck')
    .summary('recompute the whole log and hold it against what was published')
    .description(
      'Recomputes every entry, tile and root of the log from the readings and holds them against what is stored, signed and published. ' +
        'Exit code 0 only when all of it adds up.',
    )
    .addOption(dataOption())
    .addOption(jsonOption())
  example(command, 'minipolis log fsck')
  command.action(async (options: DataOption & JsonOption) => {
    const { terminal } = context
    const result = await withCity(context, options.data, 'check', async (city) => {
      const progress = startProgress(terminal, 'checking', 100)
      try {
        return await city.fsck((done, total) =>
          progress.update(Math.floor((done * 100) / Math.max(total, 1)), `${grouped(done)} entries`),
        )
      } finally {
        progress.stop()
      }
    })
    if (options.json) terminal.out(`${JSON.stringify(result)}\n`)
    else if (result.clean) terminal.out(`the log is clean: ${grouped(result.size ?? 0)} entries, root ${result.root}\n`)
    if (!result.clean) {
      throw new CommandError('not-clean', `the log does not add up at ${result.place}: ${result.detail}`, {
        hint: 'stop the server and restore the data folder from a backup; the published checkpoints show how far it must reach',
      })
    }
  })
}

function addExport(log: Command, context: CommandContext): void {
  const command = log
    .command('export')
    .summary('write the log as static files')
    .description(
      'Writes the log as static files (c2sp.org/tlog-tiles) that any web server can offer and common tools can read.',
    )
    .argument('<folder>', 'where to write; made when absent')
    .addOption(dataOption())
    .addOption(jsonOption())
  example(command, 'minipolis log export ./public/log')
  command.action(async (folder: string, options: DataOption & JsonOption) => {
    const { terminal } = context
    const size = await withCity(context, options.data, 'existing', async (city) => {
      const progress = startProgress(terminal, 'writing', 100)
      try {
        return await city.exportLog(folder, (done, total) =>
          progress.update(Math.floor((done * 100) / Math.max(total, 1))),
        )
      } finally {
        progress.stop()
      }
    })
    if (options.json) terminal.out(`${JSON.stringify({ folder, size })}\n`)
    else terminal.out(`wrote the log of ${grouped(size)} entries to ${folder}\n`)
  })
}
