import { parseArgs } from 'node:util'

/** What the command line of the benchmarks may say. */
export interface BenchOptions {
  /** One JSON document instead of text. */
  readonly json: boolean
  /** As much as shows that the benchmark works; the figures say little. */
  readonly quick: boolean
  /** Watch memory for an hour instead of minutes. */
  readonly long: boolean
  /** What a busy core of this machine draws: nobody but its owner knows. */
  readonly wattsPerCore?: number
  /** Lowest of the ports that nodes of a benchmark may take. */
  readonly basePort: number
}

export const OPTIONS_HELP = `options:
  --json              one JSON document instead of text
  --quick             short rounds: shows that a benchmark works, its figures say little
  --long              beside-reference: memory after an hour instead of minutes
  --watts-per-core W  energy: what a busy core of this machine draws, to tell joules
  --base-port N       lowest port that nodes started by a benchmark take (default 21700)
environment:
  MINIMA_JAR          beside-reference: the reference implementation's program, measured in the same run`

const BASE_PORT_DEFAULT = 21_700

interface Read {
  readonly wanted: readonly string[]
  readonly options: BenchOptions
  /** What is wrong with the command line. */
  readonly fault?: string
}

/** @param args behind the name of the program */
export function readOptions(args: readonly string[]): Read {
  const none: BenchOptions = { json: false, quick: false, long: false, basePort: BASE_PORT_DEFAULT }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        long: { type: 'boolean', default: false },
        'watts-per-core': { type: 'string' },
        'base-port': { type: 'string', default: String(BASE_PORT_DEFAULT) },
      },
    })
    const { json, quick, long, 'watts-per-core': watts, 'base-port': basePort } = values
    const options: BenchOptions = {
      ...{ json, quick, long },
      basePort: positive(basePort, '--base-port'),
      ...(watts !== undefined && { wattsPerCore: positive(watts, '--watts-per-core') }),
    }
    return { wanted: positionals, options }
  } catch (error) {
    return { wanted: [], options: none, fault: (error as Error).message }
  }
}

function positive(text: string, name: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new RangeError(`${name} takes a number above 0, not ${text}`)
}
