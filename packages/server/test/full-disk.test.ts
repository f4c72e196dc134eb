import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fsckLog } from '@minipolis/city'
import { afterAll, expect, test } from 'vitest'
import { sqliteDialect } from '../src/database/sqlite-dialect.ts'
import { addStream, merkle, openTestCity, readings } from './test-city.ts'

const folder = mkdtempSync(join(tmpdir(), 'minipolis-full-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a full disk has its own error, acknowledges nothing, loses nothing, and is forgotten when there is room', async () => {
  const place = join(folder, 'city.sqlite')
  const database = new DatabaseSync(place)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  const city = await openTestCity({ name: 'sqlite', place, dialect: sqliteDialect(() => database, place) })
  const signer = await addStream(city, { id: 'a' })
  const packs = Array.from({ length: 40 }, () => signer.sign(readings(500)))

  // SQLite answers a page too many exactly as it answers a disk without space.
  const pages = Number(database.prepare('pragma page_count').get()?.page_count)
  database.exec(`pragma max_page_count = ${pages + 200}`)
  let taken = 0
  let refusal: unknown
  for (const pack of packs) {
    try {
      await city.intake.submit(pack, 'test')
      taken++
    } catch (error) {
      refusal = error
      break
    }
  }
  expect(taken).toBeGreaterThan(0)
  expect(refusal).toMatchObject({ name: 'StoreError', code: 'disk-full' })
  expect(city.log.size).toBe(taken * 500)
  expect(city.intake.counters).toMatchObject({ packs: taken, failed: 1 })
  await expect(city.intake.submit(packs[taken]!, 'test')).rejects.toMatchObject({ code: 'disk-full' })

  database.exec('pragma max_page_count = 1000000')
  for (const pack of packs.slice(taken)) expect((await city.intake.submit(pack, 'test')).kind).toBe('accepted')
  expect(city.log.size).toBe(20_000)
  expect((await city.records.find('a@20000'))?.sequence).toBe(20_000)
  expect(await fsckLog({ key: city.log.key, store: city.logStore, hash: merkle })).toMatchObject({ clean: true })
  await city.close()
})
