import { describe, expect, test } from 'vitest'
import { planCity } from './city-plan.ts'
import { curveAt, decimalText, localMoment } from './day-curve.ts'
import { reportAt, reportsBetween, type SimulationOptions } from './readings.ts'

const options: SimulationOptions = { seed: 'test', intervalMs: 900_000, offsetMs: 0 }
const MONDAY = Date.UTC(2024, 0, 8)
const HOUR = 3_600_000
const devices = planCity('test')
const deviceOf = (id: string) => devices.find((device) => device.id === id)!
const valuesOf = (id: string, stream: string, fromMs: number, toMs: number): string[] =>
  [...reportsBetween(deviceOf(id), fromMs, toMs, options)].map((report) => report.get(stream)!.value!)

describe('the simulated city', () => {
  test('is the same for the same seed and another for another', () => {
    expect(JSON.stringify(planCity('test'))).toBe(JSON.stringify(devices))
    expect(JSON.stringify(planCity('other'))).not.toBe(JSON.stringify(devices))
  })

  test('answers for any moment, in any order, always the same', () => {
    const device = deviceOf('loop-01')
    const forwards = [...reportsBetween(device, MONDAY, MONDAY + 24 * HOUR, options)]
    expect(forwards).toHaveLength(96)
    expect(reportAt(device, MONDAY + 12 * HOUR, options)).toEqual(forwards[48])
  })

  test('names every stream once, and each device reports on all of its own', () => {
    const ids = devices.flatMap((device) => device.streams.map((stream) => stream.id))
    expect(new Set(ids).size).toBe(ids.length)
    for (const device of devices) {
      const report = reportAt(device, MONDAY, options)
      expect([...report.keys()].sort()).toEqual(device.streams.map((stream) => stream.id).sort())
    }
  })

  test('speaks in plain decimal text, missing values apart', () => {
    for (const device of devices) {
      for (const report of reportsBetween(device, MONDAY, MONDAY + 7 * 24 * HOUR, options)) {
        for (const { value, quality } of report.values()) {
          if (quality === 'missing') expect(value).toBe('')
          else expect(value).toMatch(/^\d+(\.\d+)?$/)
        }
      }
    }
  })
})

describe('its devices', () => {
  test('roads are full in the morning and empty at night', () => {
    const flow = valuesOf('loop-01', 'traffic/loop-01/flow', MONDAY, MONDAY + 24 * HOUR).map(Number)
    expect(flow[32]).toBeGreaterThan(1_200)
    expect(flow[12]).toBeLessThan(50)
  })

  test('panels make nothing in the dark', () => {
    const made = valuesOf('meter-01', 'energy/meter-01/solar', MONDAY, MONDAY + 24 * HOUR).map(Number)
    expect(made.slice(0, 20).every((watts) => watts === 0)).toBe(true)
    expect(made[48]).toBeGreaterThan(0)
  })

  test('lamps burn at night, and one stays dark in some nights', () => {
    expect(valuesOf('lamp-01', 'light/lamp-01/power', MONDAY + 12 * HOUR, MONDAY + 13 * HOUR)).toEqual([
      '0.0',
      '0.0',
      '0.0',
      '0.0',
    ])
    const evenings = Array.from({ length: 10 }, (_, day) => {
      const at = MONDAY + day * 24 * HOUR + 21 * HOUR
      return ['lamp-01', 'lamp-07'].map(
        (id) => Number(reportAt(deviceOf(id), at, options).get(`light/${id}/power`)!.value) > 0,
      )
    })
    expect(evenings.every(([sound]) => sound)).toBe(true)
    expect(evenings.filter(([, prone]) => !prone)).toHaveLength(2)
  })

  test('bins fill until the truck comes and never beyond full', () => {
    const levels = valuesOf('bin-01', 'waste/bin-01/fill', MONDAY, MONDAY + 14 * 24 * HOUR).map(Number)
    expect(Math.max(...levels)).toBeLessThanOrEqual(100)
    const drops = levels.filter((level, i) => i > 0 && level < levels[i - 1]! - 5)
    expect(drops.length).toBeGreaterThanOrEqual(4)
  })
})

describe('the arithmetic of a day', () => {
  test('weekends are Saturday and Sunday, before 1970 too', () => {
    expect(localMoment(MONDAY).weekend).toBe(false)
    expect(localMoment(MONDAY - HOUR)).toMatchObject({ weekend: true, minute: 1380 })
    expect(localMoment(Date.UTC(1969, 11, 28)).weekend).toBe(true)
  })

  test('a curve is straight between hours and joins at midnight', () => {
    const curve = Array.from({ length: 24 }, (_, hour) => hour * 60)
    expect(curveAt(curve, 90)).toBe(90)
    expect(curveAt(curve, 1410)).toBe(690)
  })

  test.each([
    [1234, 2, '12.34'],
    [5, 3, '0.005'],
    [0, 1, '0.0'],
    [-7, 1, '-0.7'],
    [42, 0, '42'],
  ])('%d units of 10^-%d are %s', (units, decimals, text) => {
    expect(decimalText(units, decimals)).toBe(text)
  })
})
