import { formatEvidence, verifyEvidence } from '@minipolis/city'
import { nodeEd25519, type OpenCity } from '@minipolis/server'
import { drawsAt } from '../packages/cli/src/simulator/random.ts'
import { STREAM_PREFIX } from '../test/durability/detector-week.ts'
import { withWeekCity } from './load/week-city.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'evidence of readings in a city of 417,312: made, and verified once warm'

const GOALS = { makeMs: 5, verifyMs: 20, bytes: 32 * 1024 }
const full = { readings: 1_000, warmUp: 400 }
const quick = { readings: 60, warmUp: 20 }

export async function run(report: Report, { quick: isQuick }: BenchOptions): Promise<void> {
  const amounts = isQuick ? quick : full
  const faults = await withWeekCity((open, { detectors, rows }) =>
    measureEvidence(open, detectors, rows.length, amounts, report),
  )
  for (const fault of faults) report.line(`  FAULT ${fault}`)
}

async function measureEvidence(
  { city }: OpenCity,
  detectors: readonly string[],
  rows: number,
  { readings, warmUp }: typeof full,
  report: Report,
): Promise<void> {
  const draw = drawsAt('evidence', 0)
  const made: number[] = []
  const verified: number[] = []
  const portable: number[] = []
  const sizes: number[] = []
  const timed = async <T>(into: number[], work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await work()
    into.push(performance.now() - start)
    return result
  }
  for (let at = 0; at < warmUp + readings; at++) {
    if (at === warmUp) for (const figures of [made, verified, portable, sizes]) figures.length = 0
    const stream = `${STREAM_PREFIX}${detectors[draw(detectors.length)]}`
    const first = 1 + draw(rows)
    const text = await timed(made, async () => formatEvidence(await city.evidence({ stream, first })))
    const verdicts = [
      await timed(verified, () => verifyEvidence(text, { ed25519: nodeEd25519 })),
      await timed(portable, () => verifyEvidence(text)),
    ]
    sizes.push(text.length)
    if (verdicts.some(({ intact, complete }) => !intact || !complete)) report.line(`  NOT INTACT ${stream}@${first}`)
  }
  report.line(`  ${city.log.size} readings in the log, evidence of ${readings} random ones`)
  const tell = (what: string, figures: readonly number[], unit: string, goal: number): void => {
    const sorted = figures.toSorted((a, b) => a - b)
    const within = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
    report.figure({ measure: `${what}, median`, value: within(0.5), unit, better: 'less', goal })
    report.figure({ measure: `${what}, p99`, value: within(0.99), unit, better: 'less' })
    report.figure({ measure: `${what}, most`, value: within(1), unit, better: 'less' })
  }
  tell('make', made, 'ms', GOALS.makeMs)
  tell('verify, with the runtime’s Ed25519', verified, 'ms', GOALS.verifyMs)
  tell('verify, as in a browser', portable, 'ms', GOALS.verifyMs)
  tell('file', sizes, 'bytes', GOALS.bytes)
}
