import { Command, CommanderError } from 'commander'
import { reportError } from '../terminal/report-error.ts'
import type { CommandContext } from './context.ts'

/** Adds one command, or a group of them, to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void

/** By name. Only the file of the command that is called is loaded, and all of them for help: together they need the whole city. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  import: async () => (await import('./import.ts')).addImport,
  streams: async () => (await import('./streams.ts')).addStreams,
  records: async () => (await import('./records.ts')).addRecords,
  evidence: async () => (await import('./evidence.ts')).addEvidence,
  verify: async () => (await import('./verify.ts')).addVerify,
  node: async () => (await import('./node.ts')).addNode,
  network: async () => (await import('./network.ts')).addNetwork,
  log: async () => (await import('./log.ts')).addLog,
  device: async () => (await import('./device.ts')).addDevice,
}

const commandsFor = ([name = '']: readonly string[]): Promise<readonly AddCommand[]> => {
  const called = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  return Promise.all((called ? [called] : Object.values(COMMANDS)).map((load) => load()))
}

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
  for (const add of [...more, ...(await commandsFor(args))]) add(program, context)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    // Help and version are thrown too; what commander refuses is wrong usage and was told already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return reportError(error, terminal, program.opts<{ debug?: true }>().debug === true)
  }
}
