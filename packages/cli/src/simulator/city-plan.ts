import { electricityMeter } from './electricity-meter.ts'
import { loopDetector } from './loop-detector.ts'
import { drawsAt } from './random.ts'
import type { Place, SimulatedDevice } from './simulated-device.ts'
import { streetLamp } from './street-lamp.ts'
import { wasteBin } from './waste-bin.ts'

/** Devices of each kind. */
export interface CitySize {
  readonly loops: number
  readonly meters: number
  readonly lamps: number
  readonly bins: number
}

export const SMALL_CITY: CitySize = { loops: 6, meters: 8, lamps: 8, bins: 5 }

/** Centre of the simulated city in millionths of a degree, and how far it reaches from there. */
const CENTRE = { latitude: 47_050_000, longitude: 8_310_000 }
const REACH = { latitude: 18_000, longitude: 27_000 }

/** The devices of a small city, the same for the same seed. */
export function planCity(seed: string, size: CitySize = SMALL_CITY): SimulatedDevice[] {
  const draw = drawsAt(`${seed}/plan`, 0)
  const place = (): Place => ({
    latitude: (CENTRE.latitude - REACH.latitude + draw(2 * REACH.latitude)) / 1_000_000,
    longitude: (CENTRE.longitude - REACH.longitude + draw(2 * REACH.longitude)) / 1_000_000,
  })
  const several = (count: number, make: (number: string, index: number) => SimulatedDevice): SimulatedDevice[] =>
    Array.from({ length: count }, (_, index) => make(String(index + 1).padStart(2, '0'), index))
  return [
    ...several(size.loops, (number) => loopDetector(`loop-${number}`, place(), 50 + 10 * draw(4))),
    // Two homes of three have panels.
    ...several(size.meters, (number, index) =>
      electricityMeter(`meter-${number}`, place(), index % 3 === 2 ? 0 : 3 + draw(6)),
    ),
    ...several(size.lamps, (number, index) => streetLamp(`lamp-${number}`, place(), 40 + 10 * draw(5), index === 6)),
    ...several(size.bins, (number) => wasteBin(`bin-${number}`, place(), 20 + draw(25), 2 + draw(2))),
  ]
}
