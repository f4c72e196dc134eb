import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addBench } from '../src/commands/bench.ts'
import { addStart } from '../src/commands/start.ts'
import { openFolder, openServer } from './folders.ts'
import { run as runWith, type Transcript, type TranscriptOptions } from './transcript.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')
const fixture = (name: string): string => join(FIXTURES, name)

describe.each([
  { where: 'a folder', openCity: openFolder },
  { where: 'a running server', openCity: openServer },
])('on $where', ({ openCity }) => {
  let folder: string
  const run = (args: readonly string[], options: Partial<TranscriptOptions> = {}): Promise<Transcript> =>
    runWith(args, { openCity, ...options })
  const json = async (args: readonly string[]) => {
    const { code, out, err } = await run([...args, '--data', folder, '--json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out)
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'minipolis-cli-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const YORK = [
    'import',
    fixture('york-accidents-excerpt.csv'),
    ...['--stream', 'york/accidents', '--time-column', 'Date', '--time-format', 'DD/MM/YYYY HH:mm'],
    ...['--zone', 'Europe/London', '--value', 'Number_of_Casualties:1', '--missing', '-1'],
  ]

  describe('minipolis import', () => {
    test('ends with what was read, accepted, doubled and refused, and with what was odd', async () => {
      expect(await json(YORK)).toMatchObject({
        read: 12,
        accepted: 12,
        duplicate: 0,
        quarantined: 0,
        oddities: { crlf: 13 },
        streams: 1,
      })
      expect(await json(YORK)).toMatchObject({ read: 12, accepted: 0, duplicate: 12, quarantined: 0 })
    })

    test('unpacks gzip and takes wide files without times', async () => {
      const report = await json([
        'import',
        fixture('metr-la-excerpt.csv.gz'),
        ...[
          '--wide',
          '--stream',
          'la/',
          '--start',
          '2012-03-01T00:00',
          '--step',
          '5m',
          '--zone',
          'America/Los_Angeles',
          '-u',
          'mph',
        ],
      ])
      expect(report).toMatchObject({ read: 48, accepted: 48, rows: 4, streams: 12, oddities: {} })
    })

    test('keeps equal rows once and says so', async () => {
      const args = [
        '--stream',
        'i94',
        '-t',
        'date_time',
        '-z',
        'America/Chicago',
        '--value',
        'traffic_volume:1',
        '--value',
        'temp:K',
      ]
      expect(await json(['import', fixture('i94-excerpt.csv'), ...args])).toMatchObject({
        read: 28,
        accepted: 26,
        duplicate: 2,
        oddities: { 'duplicate-row': 1, 'dst-ambiguous': 2, 'same-time': 2, 'out-of-order': 2 },
      })
    })

    test('tells people in sentences', async () => {
      const args = [
        '--stream',
        'no2/',
        '--stream-column',
        'location',
        '-t',
        'date.utc',
        '--value',
        'value:ug/m3',
        '-d',
        folder,
      ]
      expect(await run(['import', fixture('openaq-no2-excerpt.csv'), ...args])).toEqual({
        code: 0,
        err: '',
        out:
          '14 readings of 2 streams read: 14 accepted, 0 already there, 0 in quarantine\n' +
          'from 2019-06-16T03:00:00.000Z to 2019-06-21T00:00:00.000Z\n' +
          'odd: crlf 15, out-of-order 12\n',
      })
    })

    test('reads standard input', async () => {
      const { code, out } = await run(
        ['import', '-', '--stream', 'in', '-t', 'time', '-u', 'W', '-d', folder, '--json'],
        {
          stdin: 'time,v\n2020-01-01T00:00Z,1\n2020-01-01T01:00Z,"two"\n',
        },
      )
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({
        source: 'stdin',
        read: 2,
        accepted: 1,
        quarantined: 1,
        damages: [{ line: 3, column: 'v', code: 'number' }],
      })
    })

    test('names damaged lines', async () => {
      const { out } = await run(['import', '-', '--stream', 'in2', '-t', 'time', '-u', 'W', '-d', folder], {
        stdin: 'time,v\n2020-01-01T00:00Z\n2020-01-01T01:00Z,2\n',
      })
      expect(out).toContain('line 2: column-count: 1 cell where the header has 2\n')
    })

    test.each([
      [
        'a time without zone',
        ['--stream', 's', '-t', 'time'],
        'has no offset, so it is no instant',
        '--zone Europe/London',
      ],
      ['no stream', ['-t', 'time'], 'which stream do the readings belong to?', '--stream ID'],
      ['no times', ['--stream', 's'], 'where are the times?', '--time-column'],
      [
        'an unknown column',
        ['--stream', 's', '-t', 'when'],
        'there is no column "when" among "time", "v"',
        'first line',
      ],
      [
        'an unknown zone',
        ['--stream', 's', '-t', 'time', '-z', 'Mars'],
        'the time zone "Mars" is not known',
        'IANA name',
      ],
      ['an impossible stream id', ['--stream', 's p', '-t', 'time'], 'a stream id is', ''],
    ])('refuses %s in one line with a hint, and takes nothing', async (_what, args, message, hint) => {
      const { code, out, err } = await run(['import', '-', ...args, '-d', folder], {
        stdin: 'time,v\n2020-01-01 00:00,1\n',
      })
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err.split('\n').length).toBeLessThanOrEqual(3)
      expect(err).toMatch(/^minipolis: /)
      expect(err).toContain(message)
      expect(err).toContain(hint)
    })

    test('refuses a file that is not there, a folder, and gzip that was cut', async () => {
      const args = ['--stream', 'cut', '-t', 'time', '-d', folder]
      expect(await run(['import', join(folder, 'none.csv'), ...args])).toMatchObject({
        code: 1,
        err: `minipolis: there is no file ${join(folder, 'none.csv')}\n`,
      })
      expect(await run(['import', folder, ...args])).toMatchObject({
        code: 1,
        err: `minipolis: ${folder} is a folder, not a file\n`,
      })
      const cut = join(folder, 'cut.csv.gz')
      writeFileSync(cut, readFileSync(fixture('homes17-load-excerpt.csv.gz')).subarray(0, 300))
      const { code, err } = await run(['import', cut, '--wide', '-t', 'interval_start', '-z', 'UTC', '-d', folder])
      expect(code).toBe(1)
      expect(err).toMatch(
        /^minipolis: .*cut\.csv\.gz broke off after \d+ bytes: unexpected end of file\n {2}hint: what was read/,
      )
    })

    test('refuses another unit for a stream that is there', async () => {
      const args = ['--stream', 'york/accidents', '-t', 'time', '-z', 'UTC', '-u', 'kg', '-d', folder]
      expect(await run(['import', '-', ...args], { stdin: 'time,v\n2020-01-01,1\n' })).toEqual({
        code: 1,
        out: '',
        err:
          'minipolis: the stream york/accidents exists with unit 1, not kg\n' +
          '  hint: give another stream id, or the unit and kind the stream has: minipolis streams\n',
      })
    })
  })

  describe('minipolis streams', () => {
    test('lists what the city holds', async () => {
      const streams = await json(['streams', '--prefix', 'la/'])
      expect(streams).toHaveLength(12)
      expect(streams[0]).toMatchObject({
        device: 'gateway',
        unit: '[mi_i]/h',
        kind: 'number',
        readings: 4,
        lastSequence: 4,
        first: '2012-03-01T08:00:00.000Z',
        last: '2012-03-01T08:15:00.000Z',
      })
      const { out } = await run(['streams', '--prefix', 'york/', '-d', folder])
      expect(out.split('\n')[0]).toMatch(/^stream +unit +readings +missing +first +last$/)
      expect(out.split('\n')[1]).toMatch(/^york\/accidents +1 +12 +2005-01-01T09:45:00.000Z /)
    })

    test('refuses a folder without a city, and makes none', async () => {
      const empty = mkdtempSync(join(tmpdir(), 'minipolis-cli-'))
      expect(await run(['streams', '-d', empty])).toEqual({
        code: 1,
        out: '',
        err:
          `minipolis: there is no city in ${empty}\n` +
          '  hint: say where it is with --data DIR, or make one: minipolis start, or minipolis import\n',
      })
      expect(readdirSync(empty)).toEqual([])
      rmSync(empty, { recursive: true })
    })
  })

  describe('minipolis records', () => {
    test('finds readings of an instant, as received and as exact number', async () => {
      const records = await json(['records', '--stream', 'la/717447', '--at', '2012-03-01T08:05:00Z'])
      expect(records).toEqual([
        {
          id: 'la/717447@2',
          stream: 'la/717447',
          sequence: 2,
          time: '2012-03-01T08:05:00.000Z',
          value: '62.44444444',
          number: '62.44444444',
          unit: '[mi_i]/h',
          received: { time: '2012-03-01 00:05:00', zone: 'America/Los_Angeles' },
          logIndex: expect.any(Number),
        },
      ])
      const local = await json(['records', '--stream', 'la/717447', '--at', '2012-03-01 00:05'])
      expect(local).toEqual(records)
    })

    test('shows the newest first, or a span of time', async () => {
      const ids = async (...args: string[]) =>
        (await json(['records', '--stream', 'la/717447', ...args])).map((record: { id: string }) => record.id)
      expect(await ids('--limit', '2')).toEqual(['la/717447@4', 'la/717447@3'])
      expect(await ids('--from', '2012-03-01T00:05', '--to', '2012-03-01T00:15')).toEqual([
        'la/717447@2',
        'la/717447@3',
      ])
    })

    test('tells people in columns', async () => {
      const { out } = await run(['records', '-s', 'york/accidents', '--limit', '1', '-d', folder])
      expect(out).toMatch(
        /^id +time +as received +text +number +unit +note\nyork\/accidents@\d+ .*"\d" +\d +1 +Accident_Index=2.00512E\+12,/,
      )
    })

    test('refuses unknown streams and times that are none', async () => {
      expect(await run(['records', '-s', 'nope', '-d', folder])).toEqual({
        code: 1,
        out: '',
        err: 'minipolis: there is no stream "nope"\n  hint: list them with: minipolis streams\n',
      })
      expect((await run(['records', '-s', 'la/717447', '--at', 'noon', '-d', folder])).code).toBe(2)
      expect((await run(['records', '-s', 'no2/FR04014', '--at', '2019-06-20 23:00', '-d', folder])).err).toContain(
        'has no offset',
      )
      expect((await run(['records', '-d', folder])).err).toBe(
        "minipolis: required option '-s, --stream <id>' not specified\n  hint: add --help to see what it takes\n",
      )
    })
  })

  describe('minipolis evidence and verify', () => {
    test('write one file that holds on its own, and fails when a byte of it is changed', async () => {
      const file = join(folder, 'reading.json')
      const written = await run(['evidence', 'la/717447@2', '-o', file, '-d', folder])
      expect(written).toMatchObject({ code: 0, out: '' })
      expect(written.err).toMatch(/^wrote .*reading\.json, \d+ bytes\n$/)
      const verified = await run(['verify', file, '--json'])
      expect(verified).toMatchObject({ code: 0, err: '' })
      expect(JSON.parse(verified.out)).toMatchObject({
        intact: true,
        complete: true,
        gaps: [],
        log: 'minipolis.local/city',
        state: 'anchored',
        block: { number: expect.any(Number), id: expect.stringMatching(/^0x[0-9A-F]+$/) },
      })

      const text = readFileSync(file, 'utf8')
      writeFileSync(file, text.replace('62.44444444', '62.44444445'))
      const broken = await run(['verify', file, '--json'])
      expect(broken.code).toBe(1)
      expect(JSON.parse(broken.out)).toMatchObject({ intact: false })
      expect(broken.err).toMatch(/^minipolis: .*reading\.json does not hold: \w+: /)
      expect((await run(['verify', file])).out).toContain('FAIL ')
    })

    test('refuse readings and files that are not there', async () => {
      expect((await run(['evidence', 'la/717447@99', '-d', folder])).code).toBe(1)
      expect((await run(['evidence', 'nonsense', '-d', folder])).err).toMatch(/^minipolis: .*\n {2}hint: .*\n$/)
      expect((await run(['verify', join(folder, 'none.json')])).err).toMatch(
        /^minipolis: .*none\.json cannot be read\n$/,
      )
      const file = join(folder, 'not-evidence.json')
      writeFileSync(file, '{"hello":1}\n')
      const { code, out } = await run(['verify', file, '--json'])
      expect({ code, intact: JSON.parse(out).intact }).toEqual({ code: 1, intact: false })
    })
  })

  describe('minipolis log', () => {
    test('adds up after imports, and an altered row shows', async () => {
      expect(await json(['log', 'fsck'])).toMatchObject({ clean: true, root: expect.stringMatching(/^[0-9a-f]{64}$/) })
      const { DatabaseSync } = await import('node:sqlite')
      const database = new DatabaseSync(join(folder, 'city.sqlite'))
      database.exec("update reading set value = '99' where value = '62.44444444'")
      const index = database.prepare("select log_index from reading where value = '99'").get()?.log_index
      const { code, out, err } = await run(['log', 'fsck', '-d', folder, '--json'])
      database.exec("update reading set value = '62.44444444' where value = '99'")
      expect(code).toBe(1)
      expect(JSON.parse(out)).toMatchObject({ clean: false, place: `entry ${index}` })
      expect(err).toMatch(new RegExp(`^minipolis: the log does not add up at entry ${index}: `))
      database.close()
    })

    test.runIf(openCity === openFolder)(
      'is looked at also when it is so damaged that no city starts on it',
      async () => {
        const { DatabaseSync } = await import('node:sqlite')
        const database = new DatabaseSync(join(folder, 'city.sqlite'))
        const { root } = database.prepare('select root from log_head').get()!
        database.exec('update log_head set root = zeroblob(32)')
        const fsck = await run(['log', 'fsck', '-d', folder])
        const streams = await run(['streams', '-d', folder])
        database.prepare('update log_head set root = ?').run(root!)
        database.close()
        expect(fsck).toMatchObject({
          code: 1,
          err: expect.stringMatching(/^minipolis: the log does not add up at head: /),
        })
        expect(streams.err).toMatch(/run log fsck/)
      },
    )

    test('is exported as static files', async () => {
      const to = join(folder, 'static')
      const { size } = await json(['log', 'export', to])
      expect(size).toBeGreaterThan(90)
      expect(readFileSync(join(to, 'checkpoint'), 'utf8')).toMatch(new RegExp(`^minipolis.local/city\n${size}\n`))
      expect(existsSync(join(to, 'tile/0'))).toBe(true)
    })
  })

  test('minipolis node status tells where chain and log stand', async () => {
    const status = await json(['node', 'status'])
    expect(status).toMatchObject({
      tip: { number: expect.stringMatching(/^\d+$/) },
      log: { origin: 'minipolis.local/city' },
    })
    expect(status.log.checkpoint).toBe(status.log.size)
    expect((await run(['node', 'status', '-d', folder])).out).toMatch(
      /^network +\w+\ntip +block \d+, .*\nlog +minipolis\.local\/city\n/,
    )
  })

  describe('minipolis device', () => {
    test('makes a key that only its owner can read, once', async () => {
      const file = join(folder, 'lamp.key.json')
      const { code, out } = await run(['device', 'keygen', '-o', file, '--json'])
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{16}$/), file })
      expect(out).not.toContain(JSON.parse(readFileSync(file, 'utf8')).secret)
      expect((await run(['device', 'keygen', '-o', file])).err).toMatch(
        /^minipolis: .*lamp\.key\.json is there already\n/,
      )
    })

    test('enrols a key and its streams, and the same again', async () => {
      const args = [
        'device',
        'enroll',
        'lamp-17',
        '--key-file',
        join(folder, 'lamp.key.json'),
        '--not-before',
        '2020-01-01T00:00Z',
      ]
      const first = await json([...args, '--stream', 'light/lamp-17/power:W'])
      expect(first).toMatchObject({ device: 'lamp-17', streams: ['light/lamp-17/power'] })
      expect(JSON.parse(first.credential)).toMatchObject({ device: 'lamp-17', notBefore: '2020-01-01T00:00:00.000Z' })
      expect(await json([...args, '--stream', 'light/lamp-17/power:W'])).toEqual(first)
      expect(await json(['streams', '--prefix', 'light/'])).toMatchObject([
        { device: 'lamp-17', unit: 'W', readings: 0 },
      ])
    })

    test('refuses a call without key, keys that are none, and a key of another device', async () => {
      expect((await run(['device', 'enroll', 'x', '-d', folder])).code).toBe(2)
      expect((await run(['device', 'enroll', 'x', '--public-key', 'abc', '-d', folder])).code).toBe(2)
      const taken = await run(['device', 'enroll', 'other', '--key-file', join(folder, 'lamp.key.json'), '-d', folder])
      expect(taken).toMatchObject({ code: 1, out: '' })
      expect(taken.err).toContain('already certified for lamp-17')
    })
  })

  describe('the program', () => {
    test('has help with an example for every command', async () => {
      const { out, code } = await run(['--help'])
      expect(code).toBe(0)
      for (const command of [
        'import',
        'streams',
        'records',
        'evidence',
        'verify',
        'node status',
        'log fsck',
        'log export',
      ]) {
        expect(out).toContain(command.split(' ')[0])
        const help = await run([...command.split(' '), '--help'])
        expect(help).toMatchObject({ code: 0, err: '' })
        expect(help.out).toMatch(/Example:\n {2}\$ minipolis /)
      }
      for (const command of ['start', 'bench']) {
        const help = await run([command, '--help'], {
          more: { start: async () => addStart('0.0.0'), bench: async () => addBench },
        })
        expect(help.out).toMatch(/Example:\n {2}\$ minipolis /)
      }
      for (const command of ['keygen', 'enroll']) {
        expect((await run(['device', command, '--help'])).out).toMatch(/Example:\n {2}\$ minipolis device /)
      }
    })

    test('refuses what it does not know with exit code 2', async () => {
      expect(await run(['fly'])).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/^minipolis: unknown command 'fly'/),
      })
      expect(await run(['streams', '--fast'])).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^minipolis: unknown option '--fast'/),
      })
    })

    test('shows where an error came from only when asked', async () => {
      expect((await run(['records', '-s', 'nope', '-d', folder])).err).not.toContain('    at ')
      expect((await run(['--debug', 'records', '-s', 'nope', '-d', folder])).err).toContain('    at ')
    })
  })
})
