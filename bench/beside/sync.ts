import type { Driver } from './driver.ts'
import type { Measured } from './recorded.ts'
import type { Subject } from './subject.ts'

const REACH_MAX_MS = 180_000
/** After the start: code is read and compiled, timers of the first seconds have run. */
const SETTLE_MAX_MS = 12_000

/** A node without a chain is told of the driver, and takes its chain. The node is ended afterwards. */
export async function download(driver: Driver, subject: Subject): Promise<Measured> {
  await subject.settle(SETTLE_MAX_MS)
  const diskBefore = subject.startBytes
  const cpuBefore = subject.cpuMs
  const began = performance.now()
  await subject.connect(driver.port)
  await subject.reach(driver, REACH_MAX_MS)
  const syncSeconds = (performance.now() - began) / 1_000
  const syncCpuSeconds = (subject.cpuMs - cpuBefore) / 1_000
  await subject.stop()
  return { syncSeconds, syncCpuSeconds, syncDiskMb: (subject.diskBytes - diskBefore) / 1e6 }
}

/** The best of several rounds. */
export const best = (rounds: readonly Measured[]): Measured => ({
  syncSeconds: Math.min(...rounds.map(({ syncSeconds }) => syncSeconds!)),
  syncCpuSeconds: Math.min(...rounds.map(({ syncCpuSeconds }) => syncCpuSeconds!)),
  syncDiskMb: Math.min(...rounds.map(({ syncDiskMb }) => syncDiskMb!)),
})
