/** Whether an import's memory grows with the file: `minipolis import` of a quarter week to four weeks, and into a running server. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { IMPORT_OPTIONS } from '../test/durability/detector-week.ts'
import { sourceName, writeWeeks } from './import-memory/weeks.ts'
import { startProgram } from './load/program.ts'
import { takenBy } from './load/resident.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about =
  'memory of minipolis import for files of 1/4, 1, 2 and 4 METR-LA weeks (417,312 readings each), alone and through a server'

const MAIN = join(import.meta.dirname, '../packages/cli/src/main.ts')
const WATCH = pathToFileURL(join(import.meta.dirname, 'import-memory/watch.js')).href
const WEEKS = [0.25, 1, 2, 4]
/** Part of them in a quick round. */
const QUICK = 1 / 16

const GOAL_PEAK_MB = 300
/** What the longest file may need more than the week, as a part of it. */
const GOAL_GROWTH = 1.15
const GOAL_PER_SECOND = 50_000

/** A city with nothing else to do. */
const CITY = ['start', '--no-demo', '--no-page', '--json', '--port', '0', '--mqtt-port', '0']
/** Imports of a week through one server, one after the other. */
const SERVER_IMPORTS = 3
const SERVER_START_MS = 10_000
const AFTER_MS = 20_000

interface Run {
  readonly readings: number
  readonly seconds: number
  readonly peakRssMb: number
  readonly peakLiveHeapMb: number
}

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  report.line(`source: ${sourceName()}`)
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  try {
    const runs: Run[] = []
    for (const weeks of WEEKS.map((weeks) => (quick ? weeks * QUICK : weeks))) {
      await writeWeeks(weekFile(folder, weeks), weeks)
      const run = await importAlone(folder, weeks)
      const { readings, seconds, peakRssMb, peakLiveHeapMb } = run
      report.line(
        `  ${readings.toLocaleString('en').padStart(9)} readings: ${peakRssMb.toFixed(0)} MB resident at most, ` +
          `${peakLiveHeapMb.toFixed(0)} MB of live heap at most, ${Math.round(readings / seconds).toLocaleString('en')} readings/s ` +
          `of the whole command`,
      )
      runs.push(run)
    }
    const [, week, , longest] = runs as [Run, Run, Run, Run]
    report.table([
      { measure: 'peak memory, one week', value: week.peakRssMb, unit: 'MB', better: 'less', goal: GOAL_PEAK_MB },
      { measure: 'peak memory, four weeks', value: longest.peakRssMb, unit: 'MB', better: 'less', goal: GOAL_PEAK_MB },
      {
        measure: 'four weeks to one',
        value: longest.peakRssMb / week.peakRssMb,
        unit: 'times',
        better: 'less',
        goal: GOAL_GROWTH,
      },
      {
        // Without what does not depend on the file: start, keys, the last anchor.
        measure: 'readings of the last three weeks',
        value: (longest.readings - week.readings) / (longest.seconds - week.seconds),
        unit: '1/s',
        better: 'more',
        goal: GOAL_PER_SECOND,
      },
    ])
    if (process.platform === 'linux') await throughServer(report, folder, quick ? QUICK : 1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const weekFile = (folder: string, weeks: number): string => join(folder, `${weeks}.csv.gz`)

async function importWeeks(
  folder: string,
  { weeks, stream, city }: { readonly weeks: number; readonly stream: string; readonly city: string },
  flags: readonly string[] = [],
): Promise<number> {
  const args = ['import', weekFile(folder, weeks), ...IMPORT_OPTIONS, '--stream', stream, '--data', city, '--json']
  const env = { ...process.env, MEMORY_TO: join(folder, 'memory.json') }
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, MAIN, ...args], { env })
  const { accepted } = JSON.parse(stdout) as { readonly accepted: number }
  return accepted
}

async function importAlone(folder: string, weeks: number): Promise<Run> {
  const city = join(folder, 'city')
  const began = performance.now()
  const readings = await importWeeks(folder, { weeks, stream: 'la/', city }, ['--import', WATCH])
  const seconds = (performance.now() - began) / 1_000
  const { peakRssBytes, peakLiveHeapBytes } = JSON.parse(readFileSync(join(folder, 'memory.json'), 'utf8')) as {
    readonly peakRssBytes: number
    readonly peakLiveHeapBytes: number
  }
  rmSync(city, { recursive: true })
  return { readings, seconds, peakRssMb: peakRssBytes / 1e6, peakLiveHeapMb: peakLiveHeapBytes / 1e6 }
}

/** New streams with each import: the same again would find all of its readings there. */
async function throughServer(report: Report, folder: string, weeks: number): Promise<void> {
  const city = join(folder, 'served')
  const server = await startProgram([...CITY, '--data', city])
  try {
    await delay(SERVER_START_MS)
    const before = takenBy(server.pid)
    report.line(`through a server, resident before: ${before.residentMb.toFixed(0)} MB`)
    for (let i = 1; i <= SERVER_IMPORTS; i++) {
      await importWeeks(folder, { weeks, stream: `la${i}/`, city })
      const { residentMb, peakMb } = takenBy(server.pid)
      report.line(`  after import ${i}: ${residentMb.toFixed(0)} MB, ${peakMb.toFixed(0)} MB at most`)
    }
    await delay(AFTER_MS)
    const after = takenBy(server.pid)
    report.table([
      { measure: 'server: peak memory', value: after.peakMb, unit: 'MB', better: 'less', goal: GOAL_PEAK_MB },
      {
        measure: `server: kept ${AFTER_MS / 1_000} s after ${SERVER_IMPORTS} imports`,
        value: after.residentMb - before.residentMb,
        unit: 'MB',
        better: 'less',
      },
    ])
  } finally {
    await server.stop()
  }
}
