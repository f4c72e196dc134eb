import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Reading, StreamBatch } from '@minipolis/city'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openQuiet } from './inspect-city.ts'
import { Violations } from './violations.ts'

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-failed-'))
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Enough for three commits. */
const COUNT = 40_000
/** The database refuses this one, and with it the first commit: what a full disk does, at a chosen moment. */
const POISON = '666.25'

test('a commit that fails takes along what stands behind it in its stream, so that no false gap is left', async () => {
  const folder = join(place, 'city')
  const found = new Violations()
  const open = await openQuiet(folder, found)
  const { city } = open
  const readings: Reading[] = Array.from({ length: COUNT }, (_, at) => ({
    timeMs: Date.UTC(2026, 0, 1) + at * 1_000,
    value: at === 100 ? POISON : `${at % 100}.5`,
  }))
  const append = (stream: string) => city.gateway.append([{ stream, unit: 't', kind: 'number', readings }])

  const database = new DatabaseSync(join(folder, 'city.sqlite'))
  database.exec(
    `create trigger poison before insert on reading when new.value = '${POISON}' begin select raise(abort, 'poison'); end`,
  )
  await expect(append('bridge/load')).rejects.toMatchObject({ code: 'store-constraint' })
  expect(city.log.size).toBe(0)

  database.exec('drop trigger poison')
  database.close()
  expect(await append('bridge/load')).toEqual({ accepted: COUNT, duplicate: 0, quarantined: 0 })
  expect(city.intake.counters.gaps).toBe(0)
  const stream = await city.streams.get('bridge/load')
  const [first] = await city.records.bySequence(stream, { limit: 1 })
  expect(first?.value).toBe('0.5')
  expect((await city.records.find(`bridge/load@${COUNT}`))?.value).toBe(`${(COUNT - 1) % 100}.5`)
  await open.close()
  expect(found.list).toEqual([])
})

test('an import that fails on its way has settled what it handed in before', async () => {
  const folder = join(place, 'halfway')
  const found = new Violations()
  const open = await openQuiet(folder, found)
  const { city } = open
  const batch = (stream: string, timeMs: number): StreamBatch => {
    return { stream, unit: 't', kind: 'number', readings: [{ timeMs, value: '1' }] }
  }
  const database = new DatabaseSync(join(folder, 'city.sqlite'))
  database.exec('alter table quarantine rename to quarantine_away')
  // The second has a time that has not come, for the quarantine, which is not there.
  const batches = [batch('bridge/load', Date.UTC(2026, 0, 1)), batch('bridge/wind', Date.UTC(9000, 0, 1))]
  await expect(city.gateway.append(batches)).rejects.toMatchObject({ name: 'StoreError' })
  expect(city.log.size).toBe(1)
  expect(city.intake.waiting).toBe(0)

  database.exec('alter table quarantine_away rename to quarantine')
  database.close()
  expect(await city.gateway.append(batches)).toEqual({ accepted: 0, duplicate: 1, quarantined: 1 })
  await open.close()
  expect(found.list).toEqual([])
})
