import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DetectorWeek, makeWeek, realWeek } from '../test/durability/detector-week.ts'
import { killImport } from '../test/durability/kill-import.ts'
import { proveReadings } from '../test/durability/prove-readings.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'an import killed 200 times with SIGKILL at random moments: nothing acknowledged may be lost'

/** Fewer: `MINIPOLIS_KILLS=20`; other moments: `MINIPOLIS_SEED=2`. */
const KILLS = Number(process.env.MINIPOLIS_KILLS ?? 200)
const QUICK_KILLS = 3
const SEED = process.env.MINIPOLIS_SEED ?? '1'
const COMMITS_PER_LIFE = 3
const PROVEN_PER_CITY = 50

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  const kills = quick ? QUICK_KILLS : KILLS
  const place = mkdtempSync(join(tmpdir(), 'minipolis-bench-kills-'))
  try {
    const week = realWeek() ?? makeWeek(join(place, 'week.csv'), 207, 2_016)
    const violations = await killUntil(kills, place, week, report)
    for (const violation of violations) report.line(`  VIOLATION ${violation}`)
    report.line(`  ${kills} kills`)
    report.figure({ measure: 'violations', value: violations.length, unit: 'found', better: 'less', goal: 0 })
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Imports the file into one fresh city after the other, until there were so many kills. */
async function killUntil(kills: number, place: string, week: DetectorWeek, report: Report): Promise<string[]> {
  const violations: string[] = []
  const start = performance.now()
  let done = 0
  let foundMore = 0
  for (let city = 1; done < kills; city++) {
    const folder = join(place, `city-${city}`)
    const killed = await killImport({
      folder,
      week,
      kills: kills - done,
      seed: `${SEED}/${city}`,
      commits: COMMITS_PER_LIFE,
      onKill: ({ promised, found }) => {
        if (found > promised) foundMore++
      },
    })
    const unproven = await proveReadings(folder, week, PROVEN_PER_CITY, `${SEED}/${city}`)
    violations.push(...[...killed.violations, ...unproven].map((sentence) => `city ${city}: ${sentence}`))
    done += killed.kills
    const seconds = Math.round((performance.now() - start) / 1_000)
    report.line(
      `  city ${city}: ${killed.kills} kills, ${killed.size} readings, ${PROVEN_PER_CITY} proven; ${seconds} s so far`,
    )
    rmSync(folder, { recursive: true })
  }
  report.line(`  ${foundMore} kills came between a commit and its acknowledgement: those readings were found too`)
  return violations
}
