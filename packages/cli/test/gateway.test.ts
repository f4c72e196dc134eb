import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ImportOptions, runImport } from '@minipolis/city'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestCity, type TestCity } from './test-city.ts'

let city: TestCity
beforeEach(async () => {
  city = await openTestCity()
})
afterEach(() => city.close())

const series: ImportOptions = { source: 'test.csv', stream: 's', timeColumns: ['time'], zone: 'UTC', unit: 'W' }

const take = (text: string, options: ImportOptions = series, into = city) =>
  runImport(
    (async function* () {
      yield new TextEncoder().encode(text)
    })(),
    options,
    into.gateway,
  )

const held = async (id: string) => city.records.bySequence(await city.streams.get(id), { limit: 10_000 })

const hours = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `${new Date((from + i) * 3_600_000).toISOString()},${from + i}`).join('\n')

describe('imported readings', () => {
  test('are signed, logged and kept in the order of the source, with text and exact number', async () => {
    const report = await take('time,v\n2020-01-02 00:00,9.7529096e-08\n2020-01-01 00:00,"  48.50"\n2020-01-03,NA\n')
    expect(report).toMatchObject({ read: 3, accepted: 3, duplicate: 0, quarantined: 0 })
    expect(await held('s')).toMatchObject([
      { id: 's@1', value: '9.7529096e-08', number: '0.000000097529096', logIndex: 0 },
      { id: 's@2', value: '  48.50', number: '48.5', received: { time: '2020-01-01 00:00', zone: 'UTC' } },
      { id: 's@3', value: 'NA', number: undefined, quality: 'missing' },
    ])
    expect(city.log.size).toBe(3)
  })

  test('fill packs to their limit and chain them', async () => {
    await take(`time,v\n${hours(2_500)}\n`)
    const packs = await Promise.all(['s@1', 's@1000', 's@1001', 's@2500'].map((id) => city.records.packOf(id)))
    expect(packs.map((pack) => [pack!.first, pack!.count])).toEqual([
      [1, 1000],
      [1, 1000],
      [1001, 1000],
      [2001, 500],
    ])
  })

  test('with long notes make packs of fewer readings', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i},${i},${'x'.repeat(8_000)}`).join('\n')
    const report = await take(`time,v,w\n${rows}\n`, { ...series, timeFormat: 'unix', values: [{ column: 'v' }] })
    expect(report.accepted).toBe(100)
    expect((await city.records.packOf('s@1'))!.count).toBeLessThan(33)
  })

  test('are added once, however often and in whatever pieces the source comes', async () => {
    await take(`time,v\n${hours(1_500)}\n`)
    expect(await take(`time,v\n${hours(1_500)}\n`)).toMatchObject({ accepted: 0, duplicate: 1_500 })
    expect(await take(`time,v\n${hours(1_000, 1_000)}\n`)).toMatchObject({ accepted: 500, duplicate: 500 })
    expect(await held('s')).toHaveLength(2_000)
  })

  test('of equal time and value stay apart when their rows differ', async () => {
    const source = 'time,v,weather\n2020-01-01,5,fog\n2020-01-01,5,rain\n2020-01-01,6,rain\n'
    const options = { ...series, values: [{ column: 'v' }] }
    expect(await take(source, options)).toMatchObject({ accepted: 3 })
    expect(await take(source, options)).toMatchObject({ accepted: 0, duplicate: 3 })
    expect((await held('s')).map((record) => record.note)).toEqual(['weather=fog', 'weather=rain', 'weather=rain'])
  })

  test('of a wide row that comes twice with one cell changed count the unchanged cells as held', async () => {
    const source = 'time,a,b\n2020-01-01,1,2\n2020-01-01,1,3\n'
    expect(await take(source, { ...series, stream: 'w/', wide: true })).toMatchObject({
      read: 4,
      accepted: 3,
      duplicate: 1,
    })
  })
})

describe('what cannot be taken', () => {
  test('goes to quarantine with its line and its reason', async () => {
    const report = await take('time,v\n2020-01-01,1\n2020-0\n2020-01-02,x\n')
    expect(report).toMatchObject({ accepted: 1, quarantined: 2 })
    const kept = await city.quarantine.list({ limit: 10 })
    expect(kept.map((entry) => [entry.code, entry.door, entry.detail])).toEqual([
      ['import', 'import', 'test.csv, line 4, column v: number: "x" is not a decimal number'],
      ['import', 'import', 'test.csv, line 3: column-count: 1 cell where the header has 2'],
    ])
  })

  test('a time that has not come yet costs one reading, not its pack', async () => {
    const report = await take('time,v\n2020-01-01,1\n2999-01-01,2\n2020-01-02,3\n')
    expect(report).toMatchObject({ accepted: 2, quarantined: 1 })
    expect(await city.quarantine.counts()).toEqual(new Map([['clock-ahead', 1]]))
    expect((await held('s')).map((record) => record.value)).toEqual(['1', '3'])
  })

  test('a stream that has another unit is refused, and nothing is taken', async () => {
    await take('time,v\n2020-01-01,1\n')
    await expect(take('time,v\n2020-01-02,1\n', { ...series, unit: 'kW' })).rejects.toMatchObject({
      code: 'stream-taken',
      message: 'the stream s exists with unit W, not kW',
    })
    expect(await held('s')).toHaveLength(1)
  })
})

test('two imports into the same stream at once take turns', async () => {
  const [first, second] = await Promise.all([
    take(`time,v\n${hours(3_000)}\n`),
    take(`time,v\n${hours(3_000, 1_500)}\n`),
  ])
  expect(first.accepted + second.accepted).toBe(4_500)
  expect(first.duplicate + second.duplicate).toBe(1_500)
  expect((await held('s')).map((record) => record.sequence)).toEqual(Array.from({ length: 4_500 }, (_, i) => i + 1))
})

test('an import goes on where the city stood before it was closed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-import-'))
  const before = await openTestCity(folder)
  await take(`time,v\n${hours(10)}\n`, series, before)
  await before.intake.stop()
  await before.store.close()
  const after = await openTestCity(folder)
  expect(await take(`time,v\n${hours(15)}\n`, series, after)).toMatchObject({ accepted: 5, duplicate: 10 })
  await after.close()
})
