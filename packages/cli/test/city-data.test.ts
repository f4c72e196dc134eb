import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exactDecimal, type ImportOptions, type Oddity, type Reading, readingContent, runImport } from '@minipolis/city'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSource } from '../src/source/open-source.ts'
import { openTestCity, type TestCity } from './test-city.ts'

/**
 * Real files of real cities, with the counts that their own description gives (`../shared/data/README.md`) and that independent
 * one-liners over the files confirm.
 */
const DATA = join(import.meta.dirname, '../../../../shared/data')

interface Case {
  readonly file: string
  readonly options: Omit<ImportOptions, 'source'>
  readonly read: number
  readonly duplicate?: number
  readonly streams: number
  readonly oddities: Partial<Record<Oddity, number>>
  /** Instants of the earliest and the latest reading. */
  readonly first: string
  readonly last: string
}

const chicago = { zone: 'America/Chicago' }
const london = { zone: 'Europe/London' }

const cases: readonly Case[] = [
  {
    file: 'traffic/mndot-speed_t4013.csv',
    options: { stream: 'mndot/t4013/speed', timeColumns: ['timestamp'], ...chicago, unit: 'mph' },
    read: 2_495,
    streams: 1,
    oddities: { 'no-final-newline': 1, 'same-time': 1, gap: 545 },
    first: '2015-09-01T16:25:00.000Z',
    last: '2015-09-17T21:19:00.000Z',
  },
  {
    file: 'traffic/mndot-occupancy_t4013.csv',
    options: { stream: 'mndot/t4013/occupancy', timeColumns: ['timestamp'], ...chicago, unit: '%' },
    read: 2_500,
    streams: 1,
    oddities: { 'no-final-newline': 1, 'same-time': 1, gap: 544 },
    first: '2015-09-01T16:30:00.000Z',
    last: '2015-09-17T21:24:00.000Z',
  },
  {
    file: 'traffic/i94-hourly-volume-2012-2015.csv.gz',
    options: {
      stream: 'i94/volume',
      timeColumns: ['date_time'],
      ...chicago,
      values: [{ column: 'traffic_volume', unit: '1' }],
    },
    read: 20_344,
    duplicate: 1,
    streams: 1,
    // 2,853 rows repeat an hour; one of them is the exact duplicate.
    oddities: { 'duplicate-row': 1, 'same-time': 2_852, 'dst-ambiguous': 3 },
    first: '2012-10-02T14:00:00.000Z',
    last: '2016-01-01T05:00:00.000Z',
  },
  {
    file: 'traffic/york-accidents-2005-2014.csv.gz',
    options: {
      stream: 'york/accidents',
      timeColumns: ['Date'],
      timeFormat: 'dd/mm/yyyy hh:mm',
      ...london,
      values: [{ column: 'Number_of_Casualties', unit: '1' }],
      missing: ['-1'],
    },
    read: 4_778,
    streams: 1,
    oddities: { crlf: 4_779, 'same-time': 3, 'out-of-order': 645, 'dst-ambiguous': 1 },
    first: '2005-01-01T09:45:00.000Z',
    last: '2014-12-29T10:40:00.000Z',
  },
  {
    file: 'energy/homes17-2016-08-10-load_kwh.csv.gz',
    options: {
      stream: 'homes/load/',
      wide: true,
      timeColumns: ['interval_start'],
      zone: 'America/Los_Angeles',
      unit: 'kWh',
    },
    read: 37_536,
    streams: 17,
    oddities: { exponent: 2_472 },
    first: '2016-08-01T07:00:00.000Z',
    last: '2016-11-01T06:00:00.000Z',
  },
  {
    file: 'energy/homes17-2016-08-10-pv_w_per_kwp.csv.gz',
    options: {
      stream: 'homes/pv/',
      wide: true,
      timeColumns: ['interval_start'],
      zone: 'America/Los_Angeles',
      unit: 'W/kWp',
    },
    read: 37_536,
    streams: 17,
    oddities: {},
    first: '2016-08-01T07:00:00.000Z',
    last: '2016-11-01T06:00:00.000Z',
  },
  {
    file: 'environment/openaq-no2-2019.csv.gz',
    options: {
      stream: 'no2/',
      streamColumn: 'location',
      timeColumns: ['date.utc'],
      values: [{ column: 'value', unit: 'microgram per m^3' }],
    },
    read: 2_068,
    streams: 3,
    // Newest first, three stations one after the other.
    oddities: { crlf: 2_069, 'out-of-order': 2_065, gap: 62 },
    first: '2019-05-07T01:00:00.000Z',
    last: '2019-06-21T00:00:00.000Z',
  },
  {
    file: 'environment/beijing-pm25-2010-2012.csv.gz',
    options: {
      stream: 'beijing/pm25',
      timeColumns: ['year', 'month', 'day', 'hour'],
      zone: 'Asia/Shanghai',
      values: [{ column: 'pm2.5', unit: 'ug/m3' }],
    },
    read: 26_304,
    streams: 1,
    oddities: { missing: 1_886 },
    first: '2009-12-31T16:00:00.000Z',
    last: '2012-12-31T15:00:00.000Z',
  },
  {
    file: 'waste/edinburgh-bin-collections-2016-06.csv.gz',
    options: {
      stream: 'edinburgh/bin/',
      streamColumn: 'site',
      timeColumns: ['collected_at_local'],
      ...london,
      values: [{ column: 'weight_kg', unit: 'kg' }],
    },
    read: 4_190,
    streams: 324,
    oddities: { 'out-of-order': 3_866 },
    first: '2016-06-03T12:23:26.000Z',
    last: '2016-07-05T22:48:03.000Z',
  },
  {
    file: 'energy/ausgrid-customer12-2011-2012.csv.gz',
    options: { stream: 'ausgrid/12/', wide: true, timeColumns: [''], zone: '+10:00', unit: 'kW' },
    read: 35_136,
    streams: 2,
    oddities: {},
    first: '2011-06-30T14:00:00.000Z',
    last: '2012-06-30T13:30:00.000Z',
  },
  {
    file: 'waste/stirling-tonnes-per-route-per-day.csv.gz',
    options: { stream: 'stirling/', streamColumn: 'route', timeColumns: ['day'], ...london, unit: 't' },
    read: 9_423,
    streams: 33,
    oddities: { 'out-of-order': 2_066 },
    first: '2018-01-03T00:00:00.000Z',
    last: '2020-03-30T23:00:00.000Z',
  },
]

const bytesOf = (file: string): AsyncIterable<Uint8Array> => {
  const nothing = (async function* (): AsyncGenerator<Uint8Array> {})()
  return openSource(join(DATA, file), nothing).bytes
}

describe.skipIf(!existsSync(DATA))('city data as published (skipped where ../shared is absent)', () => {
  let city: TestCity
  beforeAll(async () => {
    city = await openTestCity()
  })
  afterAll(() => city.close())

  test.each(cases)('$file: every reading once, nothing lost, importing again adds nothing', async (given) => {
    const options = { source: given.file, ...given.options }
    const report = await runImport(bytesOf(given.file), options, city.gateway)
    const duplicate = given.duplicate ?? 0
    expect(report).toMatchObject({
      read: given.read,
      accepted: given.read - duplicate,
      duplicate,
      quarantined: 0,
      streams: given.streams,
      first: given.first,
      last: given.last,
    })
    // Where the description names no number of gaps, any number will do.
    const { gap, ...others } = report.oddities
    expect(given.oddities.gap === undefined ? others : { ...others, gap }).toEqual(given.oddities)

    const again = await runImport(bytesOf(given.file), options, city.gateway)
    expect(again).toMatchObject({ read: given.read, accepted: 0, duplicate: given.read, quarantined: 0 })
  })

  test('METR-LA: 417,312 readings of 207 detectors, five minutes apart in Los Angeles', async () => {
    const values = new Map<string, Reading[]>()
    const file = 'traffic/metr-la-week-speed.csv.gz'
    const options: ImportOptions = {
      source: file,
      stream: 'la/',
      wide: true,
      start: '2012-03-01T00:00',
      step: '5m',
      zone: 'America/Los_Angeles',
      unit: 'mph',
    }
    let accepted = 0
    const report = await runImport(bytesOf(file), options, {
      async append(streams) {
        for (const { stream, readings } of streams) {
          const kept = values.get(stream) ?? []
          values.set(stream, kept)
          kept.push(...readings)
          accepted += readings.length
        }
        const count = streams.reduce((sum, { readings }) => sum + readings.length, 0)
        return { accepted: count, duplicate: 0, quarantined: 0 }
      },
      async quarantine() {},
    })
    expect(report).toMatchObject({ read: 417_312, accepted: 417_312, rows: 2_016, streams: 207, oddities: {} })
    expect(report).toMatchObject({ first: '2012-03-01T08:00:00.000Z', last: '2012-03-08T07:55:00.000Z' })
    expect(accepted).toBe(417_312)
    expect([...values.values()].every((readings) => readings.length === 2_016)).toBe(true)
    const [first, second] = values.get('la/717447')!
    expect(first).toMatchObject({
      timeMs: Date.UTC(2012, 2, 1, 8),
      value: '61.5',
      received: { time: '2012-03-01 00:00:00', zone: 'America/Los_Angeles' },
    })
    expect(second).toMatchObject({ timeMs: Date.UTC(2012, 2, 1, 8, 5), value: '62.44444444' })
  })

  test('York: all 4,778 rows stay apart though their keys were destroyed', async () => {
    const stream = await city.streams.get('york/accidents')
    const records = await city.records.byTime(stream, { limit: 10_000 })
    expect(records).toHaveLength(4_778)
    expect(new Set(records.map(readingContent)).size).toBe(4_778)
    const keys = new Set(records.map((record) => record.note!.split(',')[0]))
    expect(keys.size).toBe(10)
  })

  test('the text of a value is kept and its decimal is exact', async () => {
    const load = await city.streams.get('homes/load/b03')
    const [first] = await city.records.bySequence(load, { limit: 1 })
    expect(first).toMatchObject({ value: '1.01852415e-07', number: '0.000000101852415' })
    const consumption = await city.streams.get('ausgrid/12/GC')
    const dusty = (await city.records.bySequence(consumption, { limit: 10_000 })).find(
      ({ value }) => value!.length > 12,
    )!
    expect(dusty.number).toBe(dusty.value)
    expect(exactDecimal('0.48200000000000004')).toBe('0.48200000000000004')
  })

  test('a missing value is kept as it was spelled and never read as a number', async () => {
    const stream = await city.streams.get('beijing/pm25')
    const [first] = await city.records.bySequence(stream, { limit: 1 })
    expect(first).toMatchObject({
      value: 'NA',
      quality: 'missing',
      number: undefined,
      received: { time: '2010 1 1 0' },
    })
  })
})
