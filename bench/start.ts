/** The city as `npm start` runs it, in a process of its own: start, memory before and after a big import, idle CPU. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { IMPORT_OPTIONS, WEEK_FILE } from '../test/durability/detector-week.ts'
import { programArguments, type RunningProgram, startProgram } from './load/program.ts'
import { takenBy } from './load/resident.ts'
import type { BenchOptions } from './options.ts'
import type { Figure, Report } from './report.ts'

export const about =
  'a city as npm start runs it: first block, memory at start, idle, and after 417,312 readings; idle CPU'

/** Default keys are made in the background first. */
const SETTLE_MS = 15_000
const IDLE_MS = 60_000
const AFTER_IMPORT_MS = 30_000
const GOAL_FIRST_BLOCK_MS = 2_000
const LOOK_MS = 10

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  const idleMs = quick ? IDLE_MS / 10 : IDLE_MS
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  try {
    // The second life finds the compiled code of the first, as every start but the first does.
    await (await startCity(join(folder, 'first'))).stop()
    const data = join(folder, 'city')
    const began = performance.now()
    const city = await startCity(data)
    try {
      await firstBlock(city)
      const value = performance.now() - began
      const goal = GOAL_FIRST_BLOCK_MS
      report.figure({ measure: 'from the start to the first block', value, unit: 'ms', better: 'less', goal })
      report.figure(resident('at start', city))
      await delay(SETTLE_MS)
      report.figure(await idle(city, idleMs))
      report.figure(resident('when idle', city))
      if (quick) report.line('  nothing is imported in a quick round')
      else if (existsSync(WEEK_FILE)) await importInto(data, city, report)
      else report.line('  the METR-LA week is not there: nothing is imported')
    } finally {
      await city.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const startCity = (folder: string): Promise<RunningProgram> =>
  startProgram(['start', '--data', folder, '--no-demo', '--json', '--port', '0', '--mqtt-port', '0'])

async function firstBlock({ said }: RunningProgram): Promise<void> {
  const { url } = JSON.parse(said) as { readonly url: string }
  for (;;) {
    const { tip } = (await (await fetch(`${url}/v1/status`)).json()) as { readonly tip: unknown }
    if (tip !== null) return
    await delay(LOOK_MS)
  }
}

const resident = (when: string, { pid }: RunningProgram): Figure => ({
  measure: `resident ${when}`,
  value: takenBy(pid).residentMb,
  unit: 'MB',
  better: 'less',
})

async function idle({ pid }: RunningProgram, idleMs: number): Promise<Figure> {
  const before = takenBy(pid)
  await delay(idleMs)
  const value = ((takenBy(pid).cpuMs - before.cpuMs) / idleMs) * 100
  return { measure: 'idle, a block every 2 s', value, unit: '% of a core', better: 'less' }
}

async function importInto(data: string, city: RunningProgram, report: Report): Promise<void> {
  const before = takenBy(city.pid)
  const args = ['import', WEEK_FILE, '--data', data, '--json', ...IMPORT_OPTIONS]
  await promisify(execFile)(process.execPath, [...programArguments(), ...args])
  const value = (takenBy(city.pid).cpuMs - before.cpuMs) / 1000
  report.figure({ measure: '417,312 readings imported: CPU of the server', value, unit: 's', better: 'less' })
  report.figure(resident('when they are in', city))
  await delay(AFTER_IMPORT_MS)
  report.figure(resident(`${AFTER_IMPORT_MS / 1000} s later`, city))
}
