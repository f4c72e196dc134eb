import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duties, type Plan } from './beside/duties.ts'
import { besideRecorded } from './beside/recorded.ts'
import { type Kind, Subjects } from './beside/subject.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about =
  'a node of ours and one of the reference (MINIMA_JAR), the same duties in turn: download, send, verify, memory, disk, miner, idle'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const full: Plan = {
  ...{ historyBlocks: 2_101, blocksPerPayment: 10, syncRounds: 3, emptyBlocks: 200 },
  ...{ sends: { ours: 48, reference: 12 }, firstSends: 3, parallelSends: { ours: 48, reference: 0 } },
  ...{ verifyCalls: 100, hashes: 1_000_000 },
  ...{ startMs: MINUTE_MS / 2, idleMs: 2 * MINUTE_MS, memoryMs: 2 * MINUTE_MS },
}
const quick: Plan = {
  ...{ historyBlocks: 200, blocksPerPayment: 20, syncRounds: 1, emptyBlocks: 40 },
  ...{ sends: { ours: 6, reference: 3 }, firstSends: 2, parallelSends: { ours: 8, reference: 0 } },
  ...{ verifyCalls: 20, hashes: 200_000 },
  ...{ startMs: MINUTE_MS / 4, idleMs: MINUTE_MS / 4, memoryMs: MINUTE_MS / 4 },
}

export async function run(report: Report, { quick: isQuick, long, basePort }: BenchOptions): Promise<void> {
  const plan: Plan = { ...(isQuick ? quick : full), ...(long && { memoryMs: HOUR_MS }) }
  const kinds: Kind[] = process.env.MINIMA_JAR === undefined ? ['ours'] : ['ours', 'reference']
  if (kinds.length === 1) report.line('  MINIMA_JAR names no program of the reference: its figures are recorded ones')
  const place = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const subjects = new Subjects()
  try {
    const began = performance.now()
    const tell = (text: string): void =>
      report.line(`  ${String(Math.round((performance.now() - began) / 1_000)).padStart(4)} s  ${text}`)
    const { ours, reference } = await new Duties(plan, kinds, { subjects, place, basePort, tell }).run()
    tell('done')
    report.table(besideRecorded(ours, reference))
  } finally {
    await subjects.killAll()
    rmSync(place, { recursive: true, force: true })
  }
}
