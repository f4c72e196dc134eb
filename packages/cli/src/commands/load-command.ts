import type { Command } from 'commander'
import type { CommandContext } from '../access/context.ts'

/** Adds one command, or a group of them, to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void

/** @param rest what stands behind the command's name */
export type LoadCommand = (rest: readonly string[]) => Promise<AddCommand>

/** Loads the file of the command that is called, and all of them for help: together they need the whole city. */
export function loadCalled(
  commands: Readonly<Record<string, LoadCommand>>,
  [name = '', ...rest]: readonly string[],
): Promise<readonly AddCommand[]> {
  const called = Object.hasOwn(commands, name) ? commands[name] : undefined
  return Promise.all((called ? [called] : Object.values(commands)).map((load) => load(rest)))
}
