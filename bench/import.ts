/** The main job, measured: the METR-LA week through `minipolis bench` in a process and a data folder of its own. */
import { existsSync } from 'node:fs'
import { WEEK_FILE } from '../test/durability/detector-week.ts'
import { benchImport } from './load/import-bench.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about =
  'METR-LA week (417,312 readings) through import into a new data folder: signed, durable, logged, anchored'

/** Runs in fresh processes; the best is what the code can do, all of them what it did here. */
const RUNS = 3
const GOAL_PER_SECOND = 50_000

export function run(report: Report, { quick }: BenchOptions): void {
  const isPublished = existsSync(WEEK_FILE)
  report.line(`  source: ${isPublished ? 'the published file' : 'made up in the shape of the published file'}`)
  const runs = Array.from({ length: quick ? 1 : RUNS }, () => {
    const result = benchImport(isPublished ? WEEK_FILE : undefined)
    const { readingsPerSecond, seconds, cpuSeconds, peakRssMegabytes, anchoredAfterSeconds } = result
    const anchored = anchoredAfterSeconds === undefined ? 'not in time' : `${anchoredAfterSeconds} s later`
    report.line(
      `  ${readingsPerSecond.toLocaleString('en')} readings/s: ${seconds} s, ${cpuSeconds} s of processor time, ` +
        `${peakRssMegabytes} MB at most, anchored ${anchored}`,
    )
    return result
  })
  report.figure({
    measure: 'import, best run',
    value: Math.max(...runs.map(({ readingsPerSecond }) => readingsPerSecond)),
    unit: 'readings/s',
    better: 'more',
    goal: GOAL_PER_SECOND,
  })
  report.figure({
    measure: 'reading, signing included: CPU, best run',
    value: Math.min(...runs.map(({ cpuSeconds, readings }) => (cpuSeconds * 1e6) / readings)),
    unit: 'µs',
    better: 'less',
  })
}
