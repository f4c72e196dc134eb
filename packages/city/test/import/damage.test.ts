import { describe, expect, test } from 'vitest'
import { runImport } from '../../src/import/index.ts'
import { bytesOf, Memory, series, take } from './memory-city.ts'

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
