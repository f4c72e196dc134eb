import { Command, CommanderError } from 'commander'
import { reportError } from '../terminal/report-error.ts'
import type { CommandContext } from './context.ts'
import { addDevice } from './device.ts'
import { addEvidence } from './evidence.ts'
import { addImport } from './import.ts'
import { addLog } from './log.ts'
import { addNode } from './node.ts'
import { addRecords } from './records.ts'
import { addStreams } from './streams.ts'
import { addVerify } from './verify.ts'

/** Adds one command, or a group of them, to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void

const COMMANDS: readonly AddCommand[] = [
  addImport,
  addStreams,
  addRecords,
  addEvidence,
  addVerify,
  addNode,
  addLog,
  addDevice,
]

/**
 * Runs one command line.
 *
 * @param args what stands behind the program's name
 * @param more commands beyond those that only look at a city, such as `start`
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function runProgram(
  args: readonly string[],
  context: CommandContext,
  version: string,
  more: readonly AddCommand[] = [],
): Promise<number> {
  const { terminal } = context
  const program = new Command('minipolis')
    .description('Smart-city infrastructure on the Minima blockchain: readings nobody can change unseen.')
    .version(version, '-V, --version', 'print the version')
    .option('--debug', 'show where an error came from')
    .helpCommand('help [command]', 'show what a command does')
    .helpOption('-h, --help', 'show what it does')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) =>
        write(`${text.replace(/^error: /, 'minipolis: ')}  hint: add --help to see what it takes\n`),
    })
  for (const add of [...more, ...COMMANDS]) add(program, context)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    // Help and version are thrown too; what commander refuses is wrong usage and was told already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return reportError(error, terminal, program.opts<{ debug?: true }>().debug === true)
  }
}
