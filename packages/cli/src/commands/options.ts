import { type Command, InvalidArgumentError, Option } from 'commander'

/** Where a city lives when nobody says otherwise. */
export const DATA_FOLDER = './.minipolis'

export interface DataOption {
  readonly data: string
}

export interface JsonOption {
  readonly json?: true
}

export const dataOption = (): Option =>
  new Option('-d, --data <dir>', 'folder the city lives in').default(DATA_FOLDER).env('MINIPOLIS_DATA')

export const jsonOption = (): Option => new Option('--json', 'print JSON instead of text')

/** An example under the help of a command. Lines that begin with blanks go on with the one before. */
export const example = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText(
    'after',
    `\nExample:\n${lines.map((line) => (line.startsWith(' ') ? `    ${line}` : `  $ ${line}`)).join('\n')}\n`,
  )

/** Reads a whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }

/** Adds an option's value to those of the same option before it. */
export const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
]

/** The same, for lists with commas. */
export const collectList = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  ...text.split(','),
]
