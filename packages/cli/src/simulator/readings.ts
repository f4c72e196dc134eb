import type { Reading } from '@minipolis/city'
import { localMoment } from './day-curve.ts'
import { drawsAt } from './random.ts'
import type { SimulatedDevice } from './simulated-device.ts'

export interface SimulationOptions {
  readonly seed: string
  /** Milliseconds from one report of a device to its next. */
  readonly intervalMs: number
  /** Local time minus UTC in the simulated city. */
  readonly offsetMs: number
}

/** What a device reports in one interval, by stream. The moment alone decides: asking again gives the same. */
export function reportAt(device: SimulatedDevice, timeMs: number, options: SimulationOptions): Map<string, Reading> {
  const step = Math.floor(timeMs / options.intervalMs)
  const draw = drawsAt(`${options.seed}/${device.id}`, step)
  const readings = new Map<string, Reading>()
  for (const { stream, value, quality } of device.report(localMoment(timeMs + options.offsetMs), draw)) {
    readings.set(stream, { timeMs, value, ...(quality && { quality }) })
  }
  return readings
}

/** All reports of a device from one instant up to before another, oldest first. */
export function* reportsBetween(
  device: SimulatedDevice,
  fromMs: number,
  toMs: number,
  options: SimulationOptions,
): Generator<Map<string, Reading>> {
  const { intervalMs } = options
  for (let timeMs = Math.ceil(fromMs / intervalMs) * intervalMs; timeMs < toMs; timeMs += intervalMs) {
    yield reportAt(device, timeMs, options)
  }
}
