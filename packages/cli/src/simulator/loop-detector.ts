import { curveAt, type DayCurve, decimalText } from './day-curve.ts'
import type { Place, SimulatedDevice } from './simulated-device.ts'

/** Vehicles per hour on a working day and on a weekend. */
const WORKDAY: DayCurve = [
  60, 40, 30, 30, 60, 240, 780, 1500, 1620, 1080, 860, 880, 960, 920, 960, 1180, 1560, 1700, 1320, 860, 560, 420, 260,
  130,
]
const WEEKEND: DayCurve = [
  180, 130, 90, 60, 50, 70, 130, 220, 360, 560, 720, 820, 880, 900, 880, 860, 840, 800, 700, 560, 440, 360, 280, 220,
]

/** Vehicles per hour at which a lane is full. */
const CAPACITY = 1_800

/** A loop in the road: how many vehicles pass, and how fast. One in 400 speeds is not measured. */
export function loopDetector(id: string, place: Place, freeFlowKmh: number): SimulatedDevice {
  const flow = `traffic/${id}/flow`
  const speed = `traffic/${id}/speed`
  return {
    id,
    asset: 'loop',
    label: `loop detector ${id}`,
    place,
    streams: [
      { id: flow, unit: '1/h', label: 'vehicles per hour' },
      { id: speed, unit: 'km/h', label: 'mean speed' },
    ],
    report({ minute, weekend }, draw) {
      const usual = curveAt(weekend ? WEEKEND : WORKDAY, minute)
      const vehicles = Math.floor((usual * (85 + draw(31))) / 100)
      // Speed falls with the square of how full the lane is; tenths of km/h.
      const share = Math.min(1_000, Math.floor((vehicles * 1_000) / CAPACITY))
      const lost = Math.floor((freeFlowKmh * 10 * share * share * 7) / 10_000_000)
      const tenths = freeFlowKmh * 10 - lost - draw(45)
      return [
        { stream: flow, value: String(vehicles) },
        draw(400) === 0
          ? { stream: speed, value: '', quality: 'missing' }
          : { stream: speed, value: decimalText(Math.max(40, tenths), 1) },
      ]
    },
  }
}
