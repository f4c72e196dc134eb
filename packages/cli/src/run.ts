import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { runProgram } from './commands/program.ts'
import { startAfresh } from './start-afresh.ts'
import { processTerminal } from './terminal/terminal.ts'

/** Runs the command line of this process, and sets its exit code. */
export async function run(): Promise<void> {
  const stop = new AbortController()
  const terminal = processTerminal(stop.signal)

  // The first signal asks the command to end well, the second ends the program.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[signal])
      stop.abort(signal)
    })
  }
  // Whoever reads the results may stop reading: `minipolis records … | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })

  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }

  process.exitCode = await runProgram(
    process.argv.slice(2),
    {
      terminal,
      openCity: async (folder, purpose) => {
        const { createFindCity } = await import('./commands/find-city.ts')
        const findCity = createFindCity({
          now: Date.now,
          randomBytes,
          onError: (error) => terminal.err(`minipolis: ${error instanceof Error ? error.message : String(error)}\n`),
          databaseUrl: process.env.DATABASE_URL,
        })
        return findCity(folder, purpose)
      },
      now: Date.now,
      randomBytes,
      startAfresh,
    },
    version,
    {
      start: async () => (await import('./commands/start.ts')).addStart(version),
      bench: async () => (await import('./commands/bench.ts')).addBench,
    },
  )
}
