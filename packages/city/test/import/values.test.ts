import { describe, expect, test } from 'vitest'
import { series, take } from './memory-city.ts'

describe('what is kept of a value', () => {
  test('the text as received, padding and exponent included', async () => {
    const { report, city } = await take('time,v\n2020-01-01T00:00Z,"      48.542"\n2020-01-01T01:00Z,9.7529096e-08\n')
    expect(city.values('s')).toEqual(['      48.542', '9.7529096e-08'])
    expect(report.oddities).toEqual({ exponent: 1, padded: 1 })
  })

  test('a missing value is a reading marked missing, never 0, in each of its spellings', async () => {
    const { report, city } = await take('time,v\n2020-01-01,\n2020-01-02,NA\n2020-01-03,None\n2020-01-04,-1\n', {
      ...series,
      missing: ['-1'],
    })
    expect(report.oddities).toEqual({ missing: 4 })
    expect([...city.streams.get('s')!.values()].map((r) => [r.value, r.quality])).toEqual(
      ['', 'NA', 'None', '-1'].map((value) => [value, 'missing']),
    )
  })

  test('a spelling of missing can be for one column only', async () => {
    const { report } = await take('time,a,b\n2020-01-01,0,0\n', {
      ...series,
      wide: true,
      stream: 'w/',
      missing: ['a=0'],
    })
    expect(report.oddities).toEqual({ missing: 1 })
  })

  test('text that is no number is quarantined in a column of numbers and taken in one of text', async () => {
    const source = 'time,v\n2020-01-01,wet\n2020-01-02,1e9999\n2020-01-03,12,5\n'
    const { report, city } = await take(source)
    expect(city.damages.map((d) => [d.line, d.code])).toEqual([
      [2, 'number'],
      [3, 'number'],
      [4, 'column-count'],
    ])
    expect(report).toMatchObject({ read: 3, accepted: 0, quarantined: 3 })
    expect((await take(source, { ...series, text: true })).city.values('s')).toEqual(['wet', '1e9999'])
  })

  test('the rest of the row is its note, so rows of equal time and value stay apart', async () => {
    const { report, city } = await take(
      'time,v,weather\n2020-01-01,5,"fog, dense"\n2020-01-01,5,rain\n2020-01-01,5,rain\n',
      {
        ...series,
        values: [{ column: 'v' }],
      },
    )
    expect(report).toMatchObject({
      read: 3,
      accepted: 2,
      duplicate: 1,
      oddities: { 'duplicate-row': 1, 'same-time': 1 },
    })
    expect([...city.streams.get('s')!.values()].map((r) => r.note)).toEqual(['"weather=fog, dense"', 'weather=rain'])
  })
})

describe('which stream a value belongs to', () => {
  test('wide form has a stream for each column, whatever its name', async () => {
    const { city } = await take('time,b01,Ost/Süd 1\n2020-01-01,1,2\n', { ...series, stream: 'homes', wide: true })
    expect([...city.streams.keys()]).toEqual(['homes/b01', 'homes/Ost/S~C3~BCd~201'])
  })

  test('a stream column and several value columns make a stream for each pair', async () => {
    const { city } = await take('time,site,p,q\n2020-01-01,7,1,2\n', {
      ...series,
      stream: 'bins',
      streamColumn: 'site',
      values: [{ column: 'p' }, { column: 'q', unit: '%' }],
    })
    expect([...city.streams.keys()]).toEqual(['bins/7/p', 'bins/7/q'])
  })

  test('a row that names no stream is quarantined', async () => {
    const { city } = await take('time,site,p\n2020-01-01, ,1\n', { ...series, streamColumn: 'site' })
    expect(city.damages[0]).toMatchObject({ line: 2, code: 'stream-id' })
  })
})
