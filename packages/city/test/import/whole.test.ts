import { MinipolisError } from '@minipolis/minima'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BATCH_READINGS, runImport } from '../../src/import/index.ts'
import { bytesOf, Memory, type Options, series, take } from './memory-city.ts'

describe('the whole', () => {
  test.each<[string, Options, string]>([
    ['no times', { stream: 's' }, 'option'],
    ['two kinds of times', { stream: 's', timeColumns: ['time'], start: '2020-01-01', step: '1h' }, 'option'],
    ['no stream', { timeColumns: ['time'] }, 'option'],
    ['an unknown column', { ...series, timeColumns: ['when'] }, 'column'],
    ['an unknown zone', { ...series, zone: 'Mars/Olympus' }, 'zone-unknown'],
    ['an unknown encoding', { ...series, encoding: 'runes' }, 'encoding'],
    ['an impossible stream id', { ...series, stream: 'ä' }, 'stream-id'],
    ['a pattern without day', { ...series, timeFormat: 'YYYY-MM' }, 'time-format'],
    ['a step that is none', { stream: 's', start: '2020-01-01Z', step: 'P1M', values: [{ column: 'v' }] }, 'option'],
  ])('%s is refused before anything is taken', async (_what, options, code) => {
    const city = new Memory()
    await expect(take('time,v\n2020-01-01,1\n', options, city)).rejects.toMatchObject({ code })
    expect(city.calls).toBe(0)
  })

  test('an empty source is refused', async () => {
    await expect(take('')).rejects.toMatchObject({ code: 'header' })
  })

  test('importing again adds nothing', async () => {
    const source = 'time,v\n2020-01-01,1\n2020-01-01,2\n2019-01-01,1\n'
    const { city } = await take(source)
    const { report } = await take(source, series, city)
    expect(report).toMatchObject({ read: 3, accepted: 0, duplicate: 3 })
  })

  test('the usual step is learned and what is longer is a gap, in either direction', async () => {
    const hours = [0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 14.5, 15].map(
      (h) => `${new Date(h * 3_600_000).toISOString()},${h}`,
    )
    const oldest = await take(`time,v\n${hours.join('\n')}\n`)
    expect(oldest.report).toMatchObject({ oddities: { gap: 1 }, longestGapMs: 5 * 3_600_000 })
    const newest = await take(`time,v\n${hours.reverse().join('\n')}\n`)
    expect(newest.report.oddities).toEqual({ gap: 1, 'out-of-order': 12 })
  })

  test('exactly a page of rows is suspicious', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => `${i},${i}\n`).join('')
    expect((await take(`time,v\n${rows}`, { ...series, timeFormat: 'unix' })).report.oddities).toEqual({
      'page-limit': 1,
    })
  })

  test('a one-column source keeps its empty cells in place and drops empty lines at its end', async () => {
    const { city, report } = await take('v\n1\n\n3\n\n\n', { stream: 's', start: '2020-01-01Z', step: '1h', unit: '1' })
    expect([...city.streams.get('s')!.values()].map((r) => [r.value, r.timeMs - Date.UTC(2020, 0, 1)])).toEqual([
      ['1', 0],
      ['', 3_600_000],
      ['3', 7_200_000],
    ])
    expect(report.oddities).toEqual({ missing: 1, 'blank-line': 2 })
  })

  test('a source without header names its columns by number', async () => {
    const { city } = await take('2020-01-01,1\n', { ...series, timeColumns: ['1'], header: false })
    expect(city.values('s')).toEqual(['1'])
  })

  test('no call to the city is larger than a batch and a piece, however long the source', async () => {
    const city = new Memory()
    async function* long() {
      yield bytesOf('time,v\n')
      for (let i = 0; i < 100; i++)
        yield bytesOf(Array.from({ length: 2000 }, (_, j) => `${i * 2000 + j},1\n`).join(''))
    }
    const report = await runImport(long(), { source: 'long.csv', ...series, timeFormat: 'unix' }, city)
    expect(report.accepted).toBe(200_000)
    expect(city.largestCall).toBeLessThan(BATCH_READINGS + 65_536 / 4)
  })

  test('any bytes under any options give a report that adds up, or a typed refusal', async () => {
    const piece = fc.constantFrom(
      'time',
      'v',
      ',',
      ';',
      '"',
      '\n',
      '\r\n',
      '2020-01-01',
      '1',
      '-',
      'e',
      ' ',
      'ü',
      '\0',
      '\ufeff',
      '\ud800',
    )
    const bytes = fc.oneof(
      fc.array(piece, { maxLength: 60 }).map((pieces) => bytesOf(`time,v\n${pieces.join('')}`)),
      fc.uint8Array({ maxLength: 200 }),
    )
    const options = fc.record({
      stream: fc.constant('s'),
      unit: fc.constant('1'),
      wide: fc.boolean(),
      text: fc.boolean(),
      header: fc.boolean(),
      zone: fc.constantFrom('UTC', 'America/Chicago'),
      timeColumns: fc.constantFrom('time', '1', 'time,v').map((names) => names.split(',')),
      timeFormat: fc.constantFrom('iso', 'unix', 'D/M/YYYY'),
      encoding: fc.constantFrom('utf-8', 'latin1', 'utf-16le', 'shift_jis'),
      skipLines: fc.nat({ max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(bytes, options, async (source, given) => {
        const city = new Memory()
        const report = await take(source, given, city).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MinipolisError)
        })
        if (report) expect(report.report.quarantined).toBe(city.damages.length)
        else expect(city.calls).toBe(0)
      }),
      { numRuns: 500 },
    )
  })
})
