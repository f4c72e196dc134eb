import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { formatEvidence, readImportOptions, runImport, verifyEvidence } from '@minipolis/city'
import { nodeEd25519, type OpenCity } from '@minipolis/server'
import { drawsAt } from '../packages/cli/src/simulator/random.ts'
import { makeWeek, realWeek, STREAM_PREFIX } from '../test/durability/detector-week.ts'
import { openQuiet } from '../test/durability/inspect-city.ts'
import { Violations } from '../test/durability/violations.ts'

export const about = 'evidence of readings in a city of 417,312: made, and verified once warm'

const GOALS = { makeMs: 5, verifyMs: 20, bytes: 32 * 1024 }
const READINGS = 1_000
const WARM_UP = 200
/** Blocks over the anchors, so that header paths have their usual length. */
const BLOCKS_ON_TOP = 60

export async function run(): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'minipolis-bench-evidence-'))
  const found = new Violations()
  try {
    const week = realWeek() ?? makeWeek(join(place, 'week.csv'), 207, 2_016)
    const open = await openQuiet(join(place, 'city'), found)
    try {
      const bytes = createReadStream(week.file)
      const source = week.file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
      const options = readImportOptions({
        source: 'week',
        wide: true,
        stream: STREAM_PREFIX,
        start: '2012-03-01T00:00',
        step: '5m',
        zone: 'America/Los_Angeles',
        unit: '[mi_i]/h',
      })
      await runImport(source, options, open.city.gateway)
      await open.settle()
      for (let blocks = 0; blocks < BLOCKS_ON_TOP; blocks++) await open.node.mineBlock()
      await open.city.anchor()
      await measureEvidence(open, week.detectors, week.rows.length)
    } finally {
      await open.close()
    }
    for (const fault of found.list) console.log(`  FAULT ${fault}`)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

async function measureEvidence({ city }: OpenCity, detectors: readonly string[], rows: number): Promise<void> {
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
  for (let at = 0; at < WARM_UP + READINGS; at++) {
    if (at === WARM_UP) for (const figures of [made, verified, portable, sizes]) figures.length = 0
    const stream = `${STREAM_PREFIX}${detectors[draw(detectors.length)]}`
    const first = 1 + draw(rows)
    const text = await timed(made, async () => formatEvidence(await city.evidence({ stream, first })))
    const verdicts = [
      await timed(verified, () => verifyEvidence(text, { ed25519: nodeEd25519 })),
      await timed(portable, () => verifyEvidence(text)),
    ]
    sizes.push(text.length)
    if (verdicts.some(({ intact, complete }) => !intact || !complete)) console.log(`  NOT INTACT ${stream}@${first}`)
  }
  console.log(`  ${city.log.size} readings in the log, evidence of ${READINGS} random ones`)
  report('make', made, 'ms', GOALS.makeMs)
  report('verify, with the runtime’s Ed25519', verified, 'ms', GOALS.verifyMs)
  report('verify, as in a browser', portable, 'ms', GOALS.verifyMs)
  report('file', sizes, 'bytes', GOALS.bytes)
}

function report(what: string, figures: readonly number[], unit: string, goal: number): void {
  const sorted = figures.toSorted((a, b) => a - b)
  const quantile = (part: number): string => {
    const figure = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
    return unit === 'ms' ? figure.toFixed(2) : String(figure)
  }
  const met = sorted[Math.floor(sorted.length / 2)]! < goal
  console.log(
    `  ${what.padEnd(36)} median ${quantile(0.5)}, p99 ${quantile(0.99)}, most ${quantile(1)} ${unit}; goal ${goal}: ${met ? 'met' : 'MISSED'}`,
  )
}
