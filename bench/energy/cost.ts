import type { Report } from '../report.ts'

/** What one thing costs. */
export interface Cost {
  readonly what: string
  /** Milliseconds of one core. */
  readonly cpuMs: number
}

const MICROS_BELOW_MS = 1
const MILLIJOULES_BELOW_J = 1

/** Tells a cost as CPU time, and as energy when it is known what a busy core draws. */
export const costReporter =
  (report: Report, wattsPerCore: number | undefined) =>
  ({ what, cpuMs }: Cost): void => {
    const [value, unit] = cpuMs < MICROS_BELOW_MS ? [cpuMs * 1_000, 'µs'] : [cpuMs, 'ms']
    report.figure({ measure: what, value, unit, better: 'less' })
    if (wattsPerCore === undefined) return
    const joules = (cpuMs / 1_000) * wattsPerCore
    const [energy, energyUnit] = joules < MILLIJOULES_BELOW_J ? [joules * 1_000, 'mJ'] : [joules, 'J']
    report.figure({ measure: `${what}: energy`, value: energy, unit: energyUnit, better: 'less' })
  }

/** CPU of this process and its threads while some work is done, in milliseconds. */
export async function ownCpuMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
