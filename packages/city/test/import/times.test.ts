import { describe, expect, test } from 'vitest'
import { Memory, type Options, series, take } from './memory-city.ts'

describe('when a reading was', () => {
  const times = async (cells: string[], options: Options) => {
    const { city, report } = await take(`time,v\n${cells.map((cell, i) => `${cell},${i}`).join('\n')}\n`, {
      ...series,
      ...options,
    })
    return { report, times: [...city.streams.get('s')!.values()].map((r) => new Date(r.timeMs).toISOString()) }
  }

  test('local text is kept beside the instant it was taken for', async () => {
    const { city } = await take('time,v\n2012-03-01 00:00:00,64.375\n', { ...series, zone: 'America/Los_Angeles' })
    expect([...city.streams.get('s')!.values()][0]).toMatchObject({
      timeMs: Date.UTC(2012, 2, 1, 8),
      received: { time: '2012-03-01 00:00:00', zone: 'America/Los_Angeles' },
    })
  })

  test('a UTC instant needs no zone and leaves no text behind; another offset does', async () => {
    const { zone: _, ...zoneless } = series
    const { city } = await take('time,v\n2019-06-21 00:00:00+00:00,20\n2019-06-21T02:00:00.5+02:00,21\n', zoneless)
    const [first, second] = [...city.streams.get('s')!.values()]
    expect(first!.received).toBeUndefined()
    expect(second).toMatchObject({ timeMs: Date.UTC(2019, 5, 21, 0, 0, 0, 500), received: { zone: '+02:00' } })
  })

  test('a time without offset is refused when no zone is given, before anything is taken', async () => {
    const { zone: _, ...zoneless } = series
    const city = new Memory()
    await expect(take('time,v\n2020-01-01 00:00,1\n', zoneless, city)).rejects.toMatchObject({ code: 'zone-required' })
    expect(city.calls).toBe(0)
  })

  test('one time without offset among others that have one is quarantined', async () => {
    const { zone: _, ...zoneless } = series
    const { city, report } = await take('time,v\n2020-01-01 00:00Z,1\n2020-01-01 01:00,2\n', zoneless)
    expect(report.accepted).toBe(1)
    expect(city.damages[0]).toMatchObject({ line: 3, code: 'zone' })
  })

  test('clocks going back: the earlier instant, flagged', async () => {
    const { report, times: utc } = await times(['2012-11-04 00:30', '2012-11-04 01:30', '2012-11-04 02:30'], {
      zone: 'America/Chicago',
    })
    expect(utc).toEqual(['2012-11-04T05:30:00.000Z', '2012-11-04T06:30:00.000Z', '2012-11-04T08:30:00.000Z'])
    expect(report.oddities).toMatchObject({ 'dst-ambiguous': 1 })
  })

  test('clocks going forward: the skipped hour is read with the offset before it, flagged and marked suspect', async () => {
    const { report, city } = await take('time,v\n2012-03-11 01:59,1\n2012-03-11 02:30,2\n2012-03-11 03:00,3\n', {
      ...series,
      zone: 'America/Chicago',
    })
    expect([...city.streams.get('s')!.values()].map((r) => [new Date(r.timeMs).toISOString(), r.quality])).toEqual([
      ['2012-03-11T07:59:00.000Z', undefined],
      ['2012-03-11T08:30:00.000Z', 'suspect'],
      ['2012-03-11T08:00:00.000Z', undefined],
    ])
    expect(report.oddities).toMatchObject({ 'dst-nonexistent': 1, 'out-of-order': 1 })
  })

  test.each([
    ['dd/mm/yyyy hh:mm', '05/01/2005 07:31', '2005-01-05T07:31:00.000Z'],
    ['M/D/YYYY', '7/25/2016', '2016-07-25T00:00:00.000Z'],
    ['M/D/YYYY h:mm A', '7/25/2016 12:05 am', '2016-07-25T00:05:00.000Z'],
    ['%d.%m.%Y %H:%M:%S', '25.07.2016 4:55:00', '2016-07-25T04:55:00.000Z'],
    ['YYYYMMDDHHmm', '201607250455', '2016-07-25T04:55:00.000Z'],
    ['D MMM YYYY HH:mm:ss.SSS Z', '5 Jan 2005 24:00:00.000 +0100', '2005-01-05T23:00:00.000Z'],
    ['unix', '1556150400.25', '2019-04-25T00:00:00.250Z'],
    ['unix-ms', '1556150400250', '2019-04-25T00:00:00.250Z'],
    ['iso', '2016-7-25 4:55:00', '2016-07-25T04:55:00.000Z'],
    ['iso', '2018-03-14T10:10:10,867+0200', '2018-03-14T08:10:10.867Z'],
  ])('the format %s reads %s', async (timeFormat, cell, utc) => {
    const { city } = await take(`time;v\n${cell};1\n`, { ...series, timeFormat })
    expect(new Date([...city.streams.get('s')!.values()][0]!.timeMs).toISOString()).toBe(utc)
  })

  test.each([
    '2015-02-29 00:00',
    '2015-13-01',
    '2015-01-01 25:00',
    '2015-01-01 24:01',
    'yesterday',
    '2015-01-01 10:00:60',
  ])('%s is no time, and costs one line', async (cell) => {
    const { report, city } = await take(`time,v\n2015-01-01 00:00,1\n${cell},2\n2015-01-01 02:00,3\n`)
    expect(report).toMatchObject({ accepted: 2, quarantined: 1 })
    expect(city.damages[0]).toMatchObject({ line: 3, code: 'time' })
  })

  test('a day before a month could be a month before a day, so the format must be said', async () => {
    await expect(take('time,v\n01/02/2005 09:45,1\n')).rejects.toMatchObject({
      code: 'time-format',
      facts: { hint: expect.stringContaining('DD/MM/YYYY') },
    })
  })

  test('a wrong format is refused after a few rows, before anything is taken', async () => {
    const city = new Memory()
    const rows = Array.from({ length: 1000 }, () => '2005-01-02,1').join('\n')
    await expect(take(`time,v\n${rows}`, { ...series, timeFormat: 'D/M/YYYY' }, city)).rejects.toMatchObject({
      code: 'time-format',
    })
    expect(city.damages).toEqual([])
  })

  test('parts of the time may stand in columns of their own', async () => {
    const { city } = await take('No,year,month,day,hour,pm\n1,2010,1,2,23,129\n', {
      ...series,
      timeColumns: ['year', 'month', 'day', 'hour'],
      zone: '+08:00',
      values: [{ column: 'pm' }],
    })
    expect([...city.streams.get('s')!.values()][0]).toMatchObject({
      timeMs: Date.UTC(2010, 0, 2, 15),
      received: { time: '2010 1 2 23', zone: '+08:00' },
    })
  })

  test('counted times are exact steps over a change of the clocks; days are calendar days', async () => {
    const stepped = { stream: 's', zone: 'America/Chicago', start: '2012-03-10 12:00', unit: '1' }
    const utc = async (step: string) =>
      [...(await take('v\n1\n1\n', { ...stepped, step })).city.streams.get('s')!.values()].map((r) => [
        new Date(r.timeMs).toISOString(),
        r.received?.time,
      ])
    expect(await utc('24h')).toEqual([
      ['2012-03-10T18:00:00.000Z', '2012-03-10 12:00:00'],
      ['2012-03-11T18:00:00.000Z', '2012-03-11 13:00:00'],
    ])
    expect(await utc('1d')).toEqual([
      ['2012-03-10T18:00:00.000Z', '2012-03-10 12:00:00'],
      ['2012-03-11T17:00:00.000Z', '2012-03-11 12:00:00'],
    ])
  })

  test('where times are counted, a damaged line keeps its place and what follows is marked suspect', async () => {
    const { city, report } = await take('a,b\n1,2\n3\n5,6\n', {
      stream: 'w/',
      wide: true,
      start: '2020-01-01T00:00Z',
      step: 'PT1H',
      unit: '1',
    })
    expect([...city.streams.get('w/a')!.values()]).toMatchObject([
      { value: '1', timeMs: Date.UTC(2020, 0, 1, 0) },
      { value: '5', timeMs: Date.UTC(2020, 0, 1, 2), quality: 'suspect' },
    ])
    expect(report.oddities).toEqual({ 'time-uncertain': 2 })
  })
})
