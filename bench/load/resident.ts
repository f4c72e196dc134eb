import { readFileSync } from 'node:fs'

/** What a running process has taken so far. Memory in MB of 10^6 bytes. */
export interface Taken {
  /** Memory in place now. */
  readonly residentMb: number
  /** The most that was ever in place. */
  readonly peakMb: number
  /** Memory in place now, pages shared with other processes counted by their share. */
  readonly proportionalMb: number
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
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return {
    residentMb: megabytes(status, 'VmRSS'),
    peakMb: megabytes(status, 'VmHWM'),
    proportionalMb: megabytes(rollup, 'Pss'),
    cpuMs: cpuMsOf(pid),
  }
}

/** User and system time since the process began, in milliseconds. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_MS
}

const megabytes = (text: string, name: string): number =>
  (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6
