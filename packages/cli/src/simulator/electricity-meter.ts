import { curveAt, type DayCurve } from './day-curve.ts'
import type { Place, SimulatedDevice } from './simulated-device.ts'

/** Mean power a home draws, in watts. */
const LOAD_W: DayCurve = [
  230, 200, 190, 185, 190, 240, 480, 620, 430, 330, 320, 360, 520, 430, 340, 330, 420, 680, 960, 900, 760, 620, 430,
  300,
]
/** Mean power of one kilowatt of solar panels on a clear day, in watts. */
const SUN_W: DayCurve = [0, 0, 0, 0, 0, 0, 20, 90, 230, 400, 560, 670, 720, 700, 620, 490, 330, 160, 45, 0, 0, 0, 0, 0]

/** A home's meter: the power it draws and the power its panels make, in watts. */
export function electricityMeter(id: string, place: Place, solarKw: number): SimulatedDevice {
  const load = `energy/${id}/power`
  const solar = `energy/${id}/solar`
  return {
    id,
    asset: 'meter',
    label: `electricity meter ${id}`,
    place,
    streams: [
      { id: load, unit: 'W', label: 'power drawn' },
      ...(solarKw > 0 ? [{ id: solar, unit: 'W', label: 'solar power made' }] : []),
    ],
    report({ day, minute, weekend }, draw) {
      const watts = Math.floor((curveAt(LOAD_W, minute) * ((weekend ? 90 : 70) + draw(61))) / 100)
      // A kettle or an oven now and then.
      const appliance = draw(12) === 0 ? 800 + draw(1_600) : 0
      const values = [{ stream: load, value: String(watts + appliance) }]
      if (solarKw > 0) {
        // Clouds of the day are the same for all panels of the city.
        const clear = 25 + ((day * 37) % 76)
        const made = Math.floor((curveAt(SUN_W, minute) * solarKw * clear * (92 + draw(9))) / 10_000)
        values.push({ stream: solar, value: String(made) })
      }
      return values
    },
  }
}
