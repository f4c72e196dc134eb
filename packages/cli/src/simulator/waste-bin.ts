import { curveAt, type DayCurve } from './day-curve.ts'
import type { Place, SimulatedDevice } from './simulated-device.ts'

/** Thousandths of a day's litter thrown in before each hour; the 25th entry is midnight. */
const THROWN_IN: DayCurve = [
  0, 5, 8, 10, 12, 16, 30, 70, 120, 170, 230, 300, 400, 490, 560, 620, 690, 770, 840, 890, 930, 960, 980, 995, 1_000,
]

/** Local minute of the day at which the truck comes. */
const EMPTIED_AT = 5 * 60 + 30

/** A litter bin's fill level in percent, emptied early in the morning every few days. */
export function wasteBin(id: string, place: Place, percentPerDay: number, daysBetween: number): SimulatedDevice {
  const fill = `waste/${id}/fill`
  return {
    id,
    asset: 'bin',
    label: `litter bin ${id}`,
    place,
    streams: [{ id: fill, unit: '%', label: 'fill level' }],
    report({ day, minute }, draw) {
      const round = day - (day % daysBetween)
      const emptied = day > round || minute >= EMPTIED_AT ? round : round - daysBetween
      const thrownIn = (day - emptied) * 1_000 + curveAt(THROWN_IN, minute) - curveAt(THROWN_IN, EMPTIED_AT)
      const percent = Math.floor((thrownIn * percentPerDay) / 1_000) + draw(2)
      return [{ stream: fill, value: String(Math.min(100, percent)) }]
    },
  }
}
