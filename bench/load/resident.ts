import { readFileSync } from 'node:fs'

/** What a running process has taken so far. */
export interface Taken {
  /** Memory in place now, in MB of 10^6 bytes. */
  readonly residentMb: number
  /** User and system time since it began, in milliseconds. */
  readonly cpuMs: number
}

/** Ticks of `/proc/PID/stat` on every Linux. */
const TICK_MS = 10
/** Fields behind the program's name: utime and stime, counted from the state. */
const USER_TICKS = 11
const SYSTEM_TICKS = 12

/** Reads `/proc`, so on Linux only. */
export function takenBy(pid: number): Taken {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])
  return { residentMb: (Number(kb) * 1024) / 1e6, cpuMs: ticks * TICK_MS }
}
