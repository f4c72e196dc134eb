import type { LocalMoment } from './day-curve.ts'
import type { Draw } from './random.ts'

/** A stream of a simulated device. */
export interface SimulatedStream {
  readonly id: string
  /** UCUM code. */
  readonly unit: string
  readonly label: string
}

/** What one stream of a device reports at a moment. */
export interface SimulatedValue {
  readonly stream: string
  /** Decimal text; empty where the sensor failed to measure. */
  readonly value: string
  readonly quality?: 'missing'
}

/** WGS 84, degrees. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** One device of the simulated city: pure, so that any moment can be asked for. */
export interface SimulatedDevice {
  readonly id: string
  /** What kind of asset it is, as maps show it. */
  readonly asset: 'loop' | 'meter' | 'lamp' | 'bin'
  readonly label: string
  readonly place: Place
  readonly streams: readonly SimulatedStream[]
  /** What it reports at a moment; `draw` is the chance of that moment. One value for each stream. */
  report(moment: LocalMoment, draw: Draw): SimulatedValue[]
}
