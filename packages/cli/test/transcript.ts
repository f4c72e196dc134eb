import { randomBytes } from 'node:crypto'
import type { OpenCityAccess } from '../src/access/city-access.ts'
import type { CommandContext } from '../src/access/context.ts'
import type { LoadCommand } from '../src/commands/load-command.ts'
import { runProgram } from '../src/commands/program.ts'

/** What one call of the program did. */
export interface Transcript {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface TranscriptOptions {
  readonly openCity: OpenCityAccess
  readonly more?: Readonly<Record<string, LoadCommand>>
  readonly stdin?: string
  readonly nowMs?: number
}

/** Runs a command line inside this process and writes down what it says. */
export async function run(args: readonly string[], options: TranscriptOptions): Promise<Transcript> {
  let out = ''
  let err = ''
  const context: CommandContext = {
    terminal: {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      watched: false,
      env: {},
      stdin: (async function* () {
        yield new TextEncoder().encode(options.stdin ?? '')
      })(),
      signal: new AbortController().signal,
    },
    openCity: options.openCity,
    now: () => options.nowMs ?? Date.now(),
    randomBytes,
  }
  const code = await runProgram(args, context, '0.0.0', options.more)
  return { code, out, err }
}
