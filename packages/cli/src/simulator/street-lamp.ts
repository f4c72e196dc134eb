import { decimalText } from './day-curve.ts'
import type { Place, SimulatedDevice } from './simulated-device.ts'

/** Local minutes of the day at which lamps go on and off, dimmed in between from 23:00 to 05:00. */
const ON = 18 * 60 + 40
const OFF = 6 * 60 + 20
const DIM_FROM = 23 * 60
const DIM_TO = 5 * 60

/** Nights in which a lamp that is prone to fail stays dark. */
const FAILS_EVERY_NIGHTS = 5

/** A street lamp's power, in watts with one decimal: zero by day, and zero at night when it has failed. */
export function streetLamp(id: string, place: Place, ratedW: number, prone: boolean): SimulatedDevice {
  const power = `light/${id}/power`
  return {
    id,
    asset: 'lamp',
    label: `street lamp ${id}`,
    place,
    streams: [{ id: power, unit: 'W', label: 'lamp power' }],
    report({ day, minute }, draw) {
      const lit = minute >= ON || minute < OFF
      // A night belongs to the day on which it begins.
      const night = minute >= ON ? day : day - 1
      const failed = prone && night % FAILS_EVERY_NIGHTS === 0
      if (!lit || failed) return [{ stream: power, value: '0.0' }]
      const dimmed = minute >= DIM_FROM || minute < DIM_TO
      const tenths = Math.floor((ratedW * 10 * (dimmed ? 50 : 100)) / 100) - 4 + draw(9)
      return [{ stream: power, value: decimalText(tenths, 1) }]
    },
  }
}
