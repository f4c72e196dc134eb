import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { type ImportReport, toLowerHex } from '@minipolis/city'
import { type OpenCity, openCity } from '@minipolis/server'
import { LocalCity } from '../../packages/cli/src/commands/local-city.ts'
import { runProgram } from '../../packages/cli/src/commands/program.ts'

/*
 * The program `minipolis import …` that anchors and mines as fast as it can, until somebody kills it. It says on standard
 * output what it was told to be durable, one JSON line each.
 */
export type Said =
  /** The city is open. */
  | { readonly kind: 'open' }
  /** A commit returned; the log holds this many leaves. */
  | { readonly kind: 'durable'; readonly leaves: number }
  /** A batch of the import returned; this many readings from the file's beginning are in the city. */
  | { readonly kind: 'imported'; readonly readings: number }
  /** A checkpoint over this many leaves was signed, and may have been shown to the world. */
  | { readonly kind: 'signed'; readonly leaves: number; readonly root: string }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'done' }

const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`)
const fault = (error: unknown): void =>
  say({ kind: 'fault', message: error instanceof Error ? `${error.stack}` : String(error) })

/** A city whose import tells how far it is, with a chain that is never idle. */
class BusyCity extends LocalCity {
  readonly #mining = new AbortController()
  readonly #mined: Promise<void>

  constructor(open: OpenCity) {
    super(open)
    this.#mined = this.#mine(open.node).catch(fault)
    say({ kind: 'open' })
    open.city.intake.onAccepted((packs) => {
      const { logFirst, pack } = packs.at(-1)!
      say({ kind: 'durable', leaves: logFirst + pack.readings.length })
    })
    open.city.onCheckpoint(({ size, root }) => say({ kind: 'signed', leaves: size, root: toLowerHex(root) }))
  }

  override import(...[source, options, onProgress]: Parameters<LocalCity['import']>): Promise<ImportReport> {
    return super.import(source, options, (progress) => {
      say({ kind: 'imported', readings: progress.accepted + progress.duplicate })
      onProgress(progress)
    })
  }

  override async close(): Promise<void> {
    this.#mining.abort()
    await this.#mined
    await super.close()
  }

  async #mine(node: OpenCity['node']): Promise<void> {
    const { signal } = this.#mining
    while (!signal.aborted) await node.mineBlock(signal).catch((error) => signal.aborted || fault(error))
  }
}

const terminal = {
  out: () => say({ kind: 'done' }),
  err: (text: string) => say({ kind: 'fault', message: text }),
  watched: false,
  env: {},
  stdin: process.stdin,
  signal: new AbortController().signal,
}
process.exitCode = await runProgram(
  ['--debug', 'import', '--json', ...process.argv.slice(2)],
  {
    terminal,
    openCity: async (folder) =>
      new BusyCity(await openCity({ folder, anchorEveryMs: 0 }, { now: Date.now, randomBytes, onError: fault })),
    now: Date.now,
    randomBytes,
  },
  '0.0.0',
)
