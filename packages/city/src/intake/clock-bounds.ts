import type { Reading, Stream } from '../streams/index.ts'
import { Refusal } from './refusal.ts'

/** How far a device's clock may run ahead of ours. */
export const CLOCK_AHEAD_MAX_MS = 5 * 60_000

/** How old a reading may be when it arrives, in streams that are not marked as history: devices wait for a network, not longer. */
export const CLOCK_BEHIND_MAX_MS = 400 * 86_400_000

/** Refuses times that no working clock can have given. */
export function clockRefusal(stream: Stream, readings: readonly Reading[], nowMs: number): Refusal | undefined {
  const latest = nowMs + CLOCK_AHEAD_MAX_MS
  const earliest = stream.history ? Number.NEGATIVE_INFINITY : nowMs - CLOCK_BEHIND_MAX_MS
  for (const [index, { timeMs }] of readings.entries()) {
    if (timeMs > latest)
      return new Refusal('clock-ahead', `reading ${index} is ${seconds(timeMs - nowMs)} s ahead of the city's clock`)
    if (timeMs < earliest)
      return new Refusal(
        'clock-behind',
        `reading ${index} is ${seconds(nowMs - timeMs)} s old; only streams marked as history take readings of that age`,
      )
  }
  return undefined
}

const seconds = (ms: number): number => Math.round(ms / 1_000)
