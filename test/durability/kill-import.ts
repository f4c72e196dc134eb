import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { drawsAt } from '../../packages/cli/src/simulator/random.ts'
import { type DetectorWeek, IMPORT_OPTIONS } from './detector-week.ts'
import type { Said } from './import-victim.ts'
import { type Inspection, inspectCity } from './inspect-city.ts'

export interface KillOptions {
  readonly folder: string
  readonly week: DetectorWeek
  /** Lives that end with SIGKILL at most; fewer when the import is through before. One more life then ends by itself. */
  readonly kills: number
  /** Decides the moments. */
  readonly seed: string
  /** Commits that one life sees at most before its last moments. */
  readonly commits: number
  readonly onKill?: (kill: Kill) => void
}

/** When a life ends. */
interface Death {
  /** Counted from the start of the process, or from the commit of that number; 0 is the opening of the city. */
  readonly from: 'start' | number
  readonly afterMs: number
}

export interface Kill extends Death {
  /** Leaves of the log that the import had called durable until then, and those found afterwards. */
  readonly promised: number
  readonly found: number
}

export interface KillReport {
  readonly kills: number
  /** Leaves of the log at the end. */
  readonly size: number
  readonly violations: readonly string[]
}

/** One life in so many ends while the city is still being opened. */
const EARLY_ONE_IN = 5
/** Starting and opening takes about this long. */
const OPENING_MS = 1_200
/** A commit and what is between two of them take less than this. */
const COMMIT_MS = 250

/**
 * Imports a file with a process that is killed at random moments and started again, and inspects what every death leaves
 * behind.
 */
export async function killImport(options: KillOptions): Promise<KillReport> {
  const { folder, week, seed } = options
  const violations: string[] = []
  const signed = new Map<number, string>()
  let leaves = 0
  let imported = 0
  let inspection: Inspection | undefined
  let kills = 0
  let done = false
  while (!done) {
    const death = kills < options.kills ? deathAt(seed, kills, options.commits) : undefined
    for await (const said of live(folder, week.file, death)) {
      if (said.kind === 'durable') leaves = Math.max(leaves, said.leaves)
      else if (said.kind === 'imported') imported = Math.max(imported, said.readings)
      else if (said.kind === 'signed') signed.set(said.leaves, said.root)
      else if (said.kind === 'fault') violations.push(`kill ${kills}: the import said ${said.message}`)
      else if (said.kind === 'done') done = true
    }
    inspection = await inspectCity(folder, week, { leaves, imported, signed }, inspection)
    violations.push(...inspection.violations.map((sentence) => `kill ${kills}: ${sentence}`))
    if (done || !death) break
    kills++
    options.onKill?.({ ...death, promised: leaves, found: inspection.size })
  }
  const size = inspection?.size ?? 0
  const total = week.rows.length * week.detectors.length
  if (!done) violations.push('the import that nobody killed did not come to its end')
  if (size !== total) violations.push(`the file has ${total} readings, the city ${size}`)
  return { kills, size, violations }
}

function deathAt(seed: string, kill: number, commits: number): Death {
  const draw = drawsAt(seed, kill)
  if (draw(EARLY_ONE_IN) === 0) return { from: 'start', afterMs: draw(OPENING_MS) }
  return { from: draw(commits + 1), afterMs: draw(COMMIT_MS) }
}

/** One life of the importing process, and all it said until its death. */
async function* live(folder: string, file: string, death: Death | undefined): AsyncGenerator<Said> {
  const victim = join(import.meta.dirname, 'import-victim.ts')
  const child = spawn(process.execPath, [victim, file, ...IMPORT_OPTIONS, '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const dieSoon = () => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), death?.afterMs)
  }
  if (death?.from === 'start') dieSoon()
  let commits = 0
  try {
    for await (const line of createInterface(child.stdout)) {
      // The last line may be cut: a promise that nobody heard.
      const said = parse(line)
      if (!said) continue
      if (said.kind === 'durable') commits++
      if (said.kind !== 'fault' && commits === death?.from) dieSoon()
      yield said
    }
    const [code] = child.exitCode === null && child.signalCode === null ? await once(child, 'exit') : [child.exitCode]
    if (code) yield { kind: 'fault', message: `the process ended with exit code ${code}, before anybody killed it` }
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

function parse(line: string): Said | undefined {
  try {
    return JSON.parse(line) as Said
  } catch {
    return undefined
  }
}
