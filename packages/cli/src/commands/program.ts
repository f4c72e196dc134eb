import { Command, CommanderError } from 'commander'
import type { CommandContext } from '../access/context.ts'
import { reportError } from '../terminal/report-error.ts'
import { type LoadCommand, loadCalled } from './load-command.ts'

const COMMANDS: Readonly<Record<string, LoadCommand>> = {
  import: async () => (await import('./import.ts')).addImport,
  streams: async () => (await import('./streams.ts')).addStreams,
  records: async () => (await import('./records.ts')).addRecords,
  evidence: async () => (await import('./evidence.ts')).addEvidence,
  verify: async () => (await import('./verify.ts')).addVerify,
  node: async (rest) => (await import('./node.ts')).loadNode(rest),
  network: async () => (await import('./network.ts')).addNetwork,
  log: async () => (await import('./log.ts')).addLog,
  device: async () => (await import('./device.ts')).addDevice,
}

/**
 * Runs one command line.
 *
 * @param args what stands behind the program's name
 * @param more commands beyond those that only look at a city, such as `start`, by name
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function runProgram(
  args: readonly string[],
  context: CommandContext,
  version: string,
  more: Readonly<Record<string, LoadCommand>> = {},
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
  for (const add of await loadCalled({ ...more, ...COMMANDS }, args)) add(program, context)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    // Help and version are thrown too; what commander refuses is wrong usage and was told already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return reportError(error, terminal, program.opts<{ debug?: true }>().debug === true)
  }
}
