import { setTimeout as delay } from 'node:timers/promises'
import { takenBy } from '../load/resident.ts'
import type { Measured } from './recorded.ts'
import type { Subject } from './subject.ts'

export interface AloneTimes {
  /** From the start until memory is looked at. Milliseconds. */
  readonly startMs: number
  /** How long CPU is watched after that. Milliseconds. */
  readonly idleMs: number
  /** When memory is looked at the second time, counted from the first. Milliseconds, at least `idleMs`. */
  readonly memoryMs: number
}

/** A node that nobody asks anything and that keeps a chain of its own going: memory at start, then CPU and memory while idle. */
export async function watchAlone(subject: Subject, times: AloneTimes): Promise<Measured> {
  await delay(times.startMs)
  const start = takenBy(subject.pid)
  const firstBlock = (await subject.tip())?.number ?? 0
  const cpuBefore = subject.cpuMs
  await delay(times.idleMs)
  const cpuMs = subject.cpuMs - cpuBefore
  const blocks = ((await subject.tip())?.number ?? 0) - firstBlock
  await delay(times.memoryMs - times.idleMs)
  const idle = takenBy(subject.pid)
  return {
    startMb: start.residentMb,
    idleMb: idle.residentMb,
    idleProportionalMb: idle.proportionalMb,
    idlePercent: (cpuMs / times.idleMs) * 100,
    ...(blocks > 0 && { ownBlockCpuMs: cpuMs / blocks }),
  }
}
