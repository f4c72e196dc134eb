import type { Figure } from '../report.ts'

/** What is compared, in the order of the table. */
export type Measure =
  | 'syncSeconds'
  | 'syncCpuSeconds'
  | 'syncDiskMb'
  | 'takenBlockCpuMs'
  | 'sendsPerSecond'
  | 'sendCpuMs'
  | 'firstSendCpuMs'
  | 'parallelSendsPerSecond'
  | 'verifyCpuMs'
  | 'startMb'
  | 'idleMb'
  | 'idleProportionalMb'
  | 'loadMb'
  | 'loadPeakMb'
  | 'blockDiskKb'
  | 'tidyBlockDiskKb'
  | 'sendDiskKb'
  | 'tidySendDiskKb'
  | 'megahashesPerCpuSecond'
  | 'idlePercent'
  | 'ownBlockCpuMs'

export type Measured = Partial<Record<Measure, number>>

/** What the reference did earlier, on a machine of this kind. */
export const RECORDED = {
  syncSeconds: 1.45,
  sendsPerSecond: 0.6,
  verifyCpuMs: 7.5,
  startMb: 159,
  idleMb: 188,
  loadMb: 262,
  blockDiskKb: 4.5,
  sendDiskKb: 75,
  megahashesPerCpuSecond: 0.86,
  idlePercent: 0.86,
} as const satisfies Measured

type Row = Omit<Figure, 'value' | 'reference' | 'referenceFrom'>

/** What each measure is, and what is aimed at. */
const rows: Readonly<Record<Measure, Row>> = {
  syncSeconds: { measure: 'download: until the same tip', unit: 's', better: 'less', goalRatio: 1 },
  syncCpuSeconds: { measure: 'download: CPU', unit: 's', better: 'less' },
  syncDiskMb: { measure: 'download: folder afterwards', unit: 'MB', better: 'less' },
  takenBlockCpuMs: { measure: 'block of a peer, checked and stored: CPU', unit: 'ms', better: 'less' },
  sendsPerSecond: { measure: 'send over RPC, one after the other', unit: '/s', better: 'more', goal: 20 },
  sendCpuMs: { measure: 'send over RPC: CPU', unit: 'ms', better: 'less' },
  firstSendCpuMs: { measure: 'send over RPC by keys that never signed: CPU', unit: 'ms', better: 'less' },
  parallelSendsPerSecond: { measure: 'send over RPC, eight clients at once', unit: '/s', better: 'more', goal: 20 },
  verifyCpuMs: { measure: 'verify of a signature: CPU', unit: 'ms', better: 'less', goalRatio: 1 },
  startMb: { measure: 'resident at start', unit: 'MB', better: 'less', goalRatio: 2 },
  idleMb: { measure: 'resident after idling', unit: 'MB', better: 'less', goalRatio: 2 },
  idleProportionalMb: { measure: 'proportional set size after idling', unit: 'MB', better: 'less' },
  loadMb: { measure: 'resident after the sends', unit: 'MB', better: 'less', goalRatio: 2 },
  loadPeakMb: { measure: 'resident at most', unit: 'MB', better: 'less' },
  blockDiskKb: { measure: 'disk for an empty block', unit: 'kB', better: 'less', goalRatio: 2 },
  tidyBlockDiskKb: { measure: 'disk for an empty block, tidied', unit: 'kB', better: 'less' },
  sendDiskKb: { measure: 'disk for a wallet transaction', unit: 'kB', better: 'less', goalRatio: 2 },
  tidySendDiskKb: { measure: 'disk for a wallet transaction, tidied', unit: 'kB', better: 'less' },
  megahashesPerCpuSecond: { measure: 'miner, hashes in a CPU second', unit: 'MH', better: 'more', goalRatio: 1 },
  idlePercent: { measure: 'idle, of a core', unit: '%', better: 'less', goal: 0.5 },
  ownBlockCpuMs: { measure: 'idle: CPU for each block made', unit: 'ms', better: 'less' },
}

/** The rows that were measured, beside what the reference did now or else earlier. */
export function besideRecorded(ours: Measured, reference: Measured): Figure[] {
  const figures: Figure[] = []
  const earlier: Measured = RECORDED
  for (const [name, row] of Object.entries(rows) as [Measure, Row][]) {
    const value = ours[name]
    const recorded = earlier[name]
    if (value === undefined) continue
    const now = reference[name]
    if (now !== undefined) figures.push({ ...row, value, reference: now, referenceFrom: 'this run' })
    else if (recorded !== undefined) figures.push({ ...row, value, reference: recorded, referenceFrom: 'recorded' })
    else figures.push({ ...row, value })
  }
  return figures
}
