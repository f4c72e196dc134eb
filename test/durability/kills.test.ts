import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DetectorWeek, IMPORT_OPTIONS, makeWeek, STREAM_PREFIX } from './detector-week.ts'
import { type KillReport, killImport } from './kill-import.ts'
import { minipolis } from './program.ts'
import { proveReadings } from './prove-readings.ts'

/** More of them, on a real file: `npm run bench -- kills`. */
const KILLS = 10

let place: string
let folder: string
let week: DetectorWeek
let report: KillReport
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-kills-'))
  folder = join(place, 'city')
  week = makeWeek(join(place, 'week.csv'), 40, 2_000)
  report = await killImport({ folder, week, kills: KILLS, seed: 'ci', commits: 1 })
}, 180_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('an import killed again and again loses nothing it acknowledged, and its log, chain and anchors stay whole', () => {
  expect(report.violations).toEqual([])
  expect(report.kills).toBeGreaterThan(KILLS / 2)
})

test('importing the same file after all the kills adds nothing', async () => {
  const again = await minipolis('import', week.file, ...IMPORT_OPTIONS, '--data', folder, '--json')
  expect(again.err).toBe('')
  expect(JSON.parse(again.out)).toMatchObject({ read: 80_000, accepted: 0, duplicate: 80_000, quarantined: 0 })
})

test('after the kills the log is clean for the program, and readings prove themselves', async () => {
  expect(await proveReadings(folder, week, 20, 'prove')).toEqual([])
  const fsck = await minipolis('log', 'fsck', '--data', folder, '--json')
  expect({ ...fsck, out: JSON.parse(fsck.out) }).toMatchObject({
    code: 0,
    err: '',
    out: { clean: true, size: 80_000 },
  })
  const file = join(place, 'evidence.json')
  const made = await minipolis('evidence', `${STREAM_PREFIX}${week.detectors[3]}@1234`, '-o', file, '--data', folder)
  expect(made).toMatchObject({ code: 0, out: '' })
  const verdict = await minipolis('verify', file, '--json')
  expect(verdict.code).toBe(0)
  expect(JSON.parse(verdict.out)).toMatchObject({ intact: true, complete: true })
})
