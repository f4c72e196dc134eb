import { MinipolisError } from '@minipolis/minima'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Reading, readingContent } from '../streams/index.ts'
import {
  type AppendResult,
  BATCH_READINGS,
  type Damage,
  type ImportOptions,
  type ImportTarget,
  runImport,
  type StreamBatch,
} from './index.ts'

/** A city that only remembers: streams of readings, each content once. */
class Memory implements ImportTarget {
  readonly streams = new Map<string, Map<string, Reading>>()
  readonly damages: Damage[] = []
  calls = 0
  largestCall = 0

  async append(streams: readonly StreamBatch[]): Promise<AppendResult> {
    this.calls++
    let accepted = 0
    let duplicate = 0
    for (const { stream, readings } of streams) {
      const held = this.streams.get(stream) ?? new Map<string, Reading>()
      this.streams.set(stream, held)
      for (const reading of readings) {
        const content = readingContent(reading)
        if (held.has(content)) duplicate++
        else {
          held.set(content, reading)
          accepted++
        }
      }
    }
    this.largestCall = Math.max(this.largestCall, accepted + duplicate)
    return { accepted, duplicate, quarantined: 0 }
  }

  async quarantine(_source: string, damages: readonly Damage[]): Promise<void> {
    this.damages.push(...damages)
  }

  values(stream: string): (string | null)[] {
    return [...(this.streams.get(stream)?.values() ?? [])].map((reading) => reading.value)
  }
}

async function* inPieces(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
type Options = Omit<ImportOptions, 'source'>
const series: Options = { stream: 's', timeColumns: ['time'], zone: 'UTC', unit: '1' }

async function take(source: string | Uint8Array, options: Options = series, city = new Memory()) {
  const bytes = typeof source === 'string' ? bytesOf(source) : source
  const report = await runImport(inPieces(bytes), { source: 'test.csv', ...options }, city)
  expect(report.read).toBe(report.accepted + report.duplicate + report.quarantined)
  return { report, city }
}

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

describe('damage', () => {
  test('half a line, a stray quote, bytes of another encoding and a NUL each cost one line', async () => {
    const bytes = bytesOf(
      'time,v,w\n2020-01-01,1,a\n2020-01-0\n2020-01-02,"2,b\n2020-01-03,3,c\n2020-01-04,"4"x,d\n2020-01-05,5,\u0000\n2020-01-06,6,?\n2020-01-07,7,ü\n',
    )
    bytes[bytes.indexOf(0x3f)] = 0xfc
    const { report, city } = await take(bytes, { ...series, values: [{ column: 'v' }] })
    expect(city.damages.map((d) => [d.line, d.code])).toEqual([
      [3, 'column-count'],
      [4, 'quote-open'],
      [6, 'quote'],
      [7, 'control-character'],
      [8, 'encoding'],
    ])
    expect(city.values('s')).toEqual(['1', '3', '7'])
    expect(report).toMatchObject({ accepted: 3, quarantined: 5, rows: 8 })
  })

  test('a quoted line break is no damage', async () => {
    const { report, city } = await take('time,v,w\n2020-01-01,1,"two\n\nlines, ""one"" cell"\n2020-01-02,2,x\n', {
      ...series,
      values: [{ column: 'v' }],
    })
    expect(report.quarantined).toBe(0)
    expect([...city.streams.get('s')!.values()][0]!.note).toBe('"w=two\n\nlines, ""one"" cell"')
  })

  test('a quote that nothing closes costs one line, however long the file', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${i},${i}`).join('\n')
    const { report } = await take(`time,v\n0,"1\n${rows}\n`, { ...series, timeFormat: 'unix' })
    expect(report).toMatchObject({ accepted: 300, quarantined: 1 })
  })

  test('a line without end is cut off, and the next one is taken', async () => {
    const long = 'x'.repeat((1 << 20) + 70_000)
    const { report, city } = await take(`time,v\n2020-01-01,1\n${long}\n2020-01-02,2\n`, series)
    expect(city.damages).toMatchObject([{ line: 3, code: 'line-too-long' }])
    expect(report.accepted).toBe(2)
  })

  test('byte order mark, CRLF, blank lines and a last line without end are odd, not damage', async () => {
    const { report, city } = await take('\ufefftime,v\r\n\r\n2020-01-01,1\r\n2020-01-02,2')
    expect(report.oddities).toEqual({ bom: 1, crlf: 3, 'no-final-newline': 1, 'blank-line': 1 })
    expect(city.values('s')).toEqual(['1', '2'])
  })

  test('Latin-1 is read when said, UTF-16 when marked', async () => {
    const text = 'time,v,w\n2020-01-01,1,Südstraße\n'
    const note = async (bytes: Uint8Array, encoding?: string) =>
      [
        ...(await take(bytes, { ...series, values: [{ column: 'v' }], ...(encoding && { encoding }) })).city.streams
          .get('s')!
          .values(),
      ][0]!.note
    expect(
      await note(
        Uint8Array.from(text, (c) => c.charCodeAt(0)),
        'latin1',
      ),
    ).toBe('w=Südstraße')
    const utf16 = new Uint8Array(Uint16Array.from(`\ufeff${text}`, (c) => c.charCodeAt(0)).buffer)
    expect(await note(utf16)).toBe('w=Südstraße')
  })

  test('text that was encoded twice is flagged', async () => {
    const { report } = await take('time,v,w\n2020-01-01,1,SÃ¼d\n2020-01-02,1,donâ\u0080\u0099t\n', {
      ...series,
      values: [{ column: 'v' }],
    })
    expect(report.oddities).toEqual({ 'double-encoded': 2 })
  })

  test('a source that breaks off gives what came before, and only the rest when it comes again', async () => {
    const city = new Memory()
    const options = { source: 'cut.csv', ...series }
    async function* cut() {
      yield bytesOf('time,v\n2020-01-01,1\n2020-01-02,2\n2020-0')
      throw new RangeError('connection lost')
    }
    await expect(runImport(cut(), options, city)).rejects.toMatchObject({
      code: 'source',
      facts: { report: { read: 2, accepted: 2 } },
    })
    const { report } = await take('time,v\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n', series, city)
    expect(report).toMatchObject({ accepted: 1, duplicate: 2 })
  })
})

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
