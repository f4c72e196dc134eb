import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DetectorWeek, IMPORT_OPTIONS, makeWeek } from './detector-week.ts'
import { inspectCity } from './inspect-city.ts'
import { minipolis } from './program.ts'
import { proveReadings } from './prove-readings.ts'
import { SmallDisk } from './small-disk.ts'

const SMALL_MEGABYTES = 6
const LARGE_MEGABYTES = 64
const READINGS = 40 * 1_000

let place: string
let disk: SmallDisk | undefined
let week: DetectorWeek

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-disk-'))
  week = makeWeek(join(place, 'week.csv'), 40, 1_000)
  disk = SmallDisk.mount(join(place, 'disk'), SMALL_MEGABYTES)
})
afterAll(() => {
  disk?.unmount()
  rmSync(place, { recursive: true, force: true })
})

test('an import onto a full disk says so, keeps what it acknowledged, and goes on when there is room', async (context) => {
  if (!disk) return context.skip('only root may mount a small disk')
  const folder = join(disk.path, 'city')
  const importWeek = () => minipolis('import', week.file, ...IMPORT_OPTIONS, '--data', folder, '--json')

  const full = await importWeek()
  expect(full.code).toBe(1)
  expect(full.err).toMatch(/disk is full|no room left on the disk/)
  expect(full.err).toContain('hint: make room on the disk and run the command again')

  const again = await importWeek()
  expect(again.code).toBe(1)
  expect(again.err).toMatch(/disk is full|no room left on the disk/)

  expect(disk.resize(LARGE_MEGABYTES)).toBe(true)
  const left = await inspectCity(folder, week, { leaves: 0, imported: 0, signed: new Map() })
  expect(left.violations).toEqual([])
  expect(left.size).toBeLessThan(READINGS)

  const done = await importWeek()
  expect(done.err).toBe('')
  expect(JSON.parse(done.out)).toMatchObject({ read: READINGS, quarantined: 0, duplicate: left.size })
  const whole = await inspectCity(folder, week, { leaves: READINGS, imported: READINGS, signed: new Map() }, left)
  expect(whole.violations).toEqual([])
  expect(await proveReadings(folder, week, 10, 'full disk')).toEqual([])
}, 120_000)
