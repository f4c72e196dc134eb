import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createMerkleHash,
  formatPack,
  fsckLog,
  PACK_BYTES_MAX,
  type Reading,
  SEQUENCE_MAX,
  wirePack,
} from '@minipolis/city'
import { nodeEd25519, nodeSha256, type Server, startServer } from '@minipolis/server'
import { encode } from 'cborg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, FieldDevice, post } from './field-device.ts'

const DAY_MS = 86_400_000

let place: string
let server: Server
let honest: FieldDevice
let tomorrow: FieldDevice
let expired: FieldDevice
let revoked: FieldDevice
const stranger = new FieldDevice('stranger')

const reading = (value: string, ageMs = 60_000): Reading => ({ timeMs: Date.now() - ageMs, value })

const send = (body: string | Uint8Array, type?: string): Promise<Answer> =>
  post(`${server.url}/v1/packs`, { body, ...(type !== undefined && { type }) })

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-hostile-'))
  server = await startServer(
    { folder: join(place, 'city'), httpPort: 0, mqtt: { host: '127.0.0.1', port: 0 }, version: '0.0.0' },
    { log: pino({ level: 'silent' }), now: Date.now },
  )
  honest = new FieldDevice('honest')
  tomorrow = new FieldDevice('tomorrow')
  expired = new FieldDevice('expired')
  revoked = new FieldDevice('revoked')
  const streams = ['power', 'spare'].map((name) => ({ id: `honest/${name}`, unit: 'W' }))
  const more = [
    { id: 'honest/secret', unit: 'W', personal: true },
    { id: 'honest/words', unit: 'W', kind: 'text' as const },
  ]
  const enrolled = [
    await honest.enrol(server, [...streams, ...more]),
    await tomorrow.enrol(server, [{ id: 'tomorrow/power', unit: 'W' }], { notBefore: Date.now() + DAY_MS }),
    await expired.enrol(server, [{ id: 'expired/power', unit: 'W' }], { notAfter: Date.now() - DAY_MS / 2 }),
    await revoked.enrol(server, [{ id: 'revoked/power', unit: 'W' }]),
    await post(`${server.url}/v1/keys/${revoked.key.id}/revoke`, {
      token: server.adminToken,
      body: JSON.stringify({ reason: 'stolen' }),
    }),
  ]
  expect(enrolled.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
})
afterAll(async () => {
  await server.close()
  rmSync(place, { recursive: true, force: true })
})

/** Code, status and what is sent. Every stream named here stays empty. */
const spare = 'honest/spare'
const hostile: readonly (readonly [string, string, number, () => Promise<Answer>])[] = [
  [
    'a signature that does not fit',
    'signature',
    403,
    () => {
      const pack = honest.sign({ stream: spare, readings: [reading('1')] })
      return send(formatPack({ ...pack, readings: [reading('2')] }))
    },
  ],
  [
    'a key that nobody enrolled',
    'key-unknown',
    403,
    () => send(formatPack(stranger.sign({ device: 'honest', stream: spare, readings: [reading('1')] }))),
  ],
  [
    "another device's key",
    'key-device',
    403,
    () => send(formatPack(expired.sign({ device: 'honest', stream: spare, readings: [reading('1')] }))),
  ],
  [
    'a key that is not valid yet',
    'key-not-yet-valid',
    403,
    () => send(formatPack(tomorrow.sign({ stream: 'tomorrow/power', readings: [reading('1')] }))),
  ],
  [
    'a key that is no longer valid',
    'key-expired',
    403,
    () => send(formatPack(expired.sign({ stream: 'expired/power', readings: [reading('1')] }))),
  ],
  [
    'a revoked key',
    'key-revoked',
    403,
    () => send(formatPack(revoked.sign({ stream: 'revoked/power', readings: [reading('1')] }))),
  ],
  [
    'a stream of another device',
    'device',
    422,
    () => send(formatPack(revoked.sign({ stream: spare, readings: [reading('1')] }))),
  ],
  [
    'a stream that is not there',
    'stream-unknown',
    404,
    () => send(formatPack(honest.sign({ stream: 'honest/nowhere', readings: [reading('1')] }))),
  ],
  [
    'another unit',
    'unit',
    422,
    () => send(formatPack(honest.sign({ stream: spare, unit: 'kW', readings: [reading('1')] }))),
  ],
  [
    'a clock far ahead',
    'clock-ahead',
    422,
    () => send(formatPack(honest.sign({ stream: spare, readings: [reading('1', -3_600_000)] }))),
  ],
  [
    'a value that is no number',
    'value',
    422,
    () => send(formatPack(honest.sign({ stream: spare, readings: [reading('12,5')] }))),
  ],
  [
    'a plain value in a personal stream',
    'personal',
    422,
    () => send(formatPack(honest.sign({ stream: 'honest/secret', readings: [reading('1')] }))),
  ],
  [
    'a predecessor that is not there',
    'predecessor',
    409,
    () => send(formatPack(honest.sign({ stream: spare, previous: 'ab'.repeat(32), readings: [reading('1')] }))),
  ],
  [
    'a time that is no instant',
    'time',
    422,
    () => {
      const pack = wirePack(honest.sign({ stream: spare, readings: [reading('1')] }))
      return send(JSON.stringify({ ...pack, readings: [{ time: '2026-02-30T00:00:00.000Z', value: '1' }] }))
    },
  ],
  [
    'more readings than a pack may have',
    'schema',
    422,
    () => {
      const readings = Array.from({ length: 1_001 }, () => reading('1'))
      return send(formatPack(honest.sign({ stream: spare, readings })))
    },
  ],
  [
    'a sequence out of range',
    'schema',
    422,
    () => send(formatPack(honest.sign({ stream: spare, first: SEQUENCE_MAX + 1, readings: [reading('1')] }))),
  ],
  [
    'an unknown member',
    'schema',
    422,
    () => send(JSON.stringify({ ...wirePack(honest.sign({ stream: spare, readings: [reading('1')] })), admin: true })),
  ],
  ['more bytes than a pack may have', 'oversize', 413, () => send(`{"device":"${'x'.repeat(PACK_BYTES_MAX)}"}`)],
  ['half a JSON text', 'syntax', 400, () => send('{"device":"honest","stream":')],
  ['bytes that are no UTF-8', 'syntax', 400, () => send(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))],
  ['half a CBOR map', 'syntax', 400, () => send(Uint8Array.of(0xa1, 0x61), 'application/cbor')],
  [
    'CBOR that is nested without end',
    'syntax',
    400,
    () => send(new Uint8Array(100_000).fill(0x81, 1).fill(0xa1, 0, 1), 'application/cbor'),
  ],
  ['CBOR of another form', 'schema', 422, () => send(encode({ device: 1 }), 'application/cbor')],
  ['nothing at all', 'syntax', 400, () => send('')],
]

test('every bad pack gets its own code, is kept and counted, and costs no good one', async () => {
  const signer = honest.signer('honest/power')
  const power = async (value: string): Promise<void> => {
    const answer = await send(formatPack(signer.sign([reading(value)])))
    expect(answer).toMatchObject({ status: 200, body: { duplicate: false, missing: 0, state: 'accepted' } })
  }
  const expected = new Map<string, number>()
  for (const [at, [what, code, status, attempt]] of hostile.entries()) {
    // Good and bad ones travel together: they share one commit.
    const [answer] = await Promise.all([attempt(), power(`${at}.5`)])
    expect({ what, code: answer.body.code, status: answer.status }).toEqual({ what, code, status })
    expect(answer.type).toContain('application/problem+json')
    expect(answer.body.detail).toMatch(/\w{3,}/)
    expected.set(code, (expected.get(code) ?? 0) + 1)
  }

  const quarantine = await fetch(`${server.url}/v1/quarantine?limit=1000`, {
    headers: { authorization: `Bearer ${server.adminToken}` },
  })
  const { counts, entries } = (await quarantine.json()) as {
    counts: Record<string, number>
    entries: { code: string; door: string; detail: string; size: number }[]
  }
  expect(counts).toEqual(Object.fromEntries(expected))
  expect(entries.map(({ code }) => code).reverse()).toEqual(hostile.map(([, code]) => code))
  expect(entries.every(({ door }) => door === 'http')).toBe(true)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  for (const [code, count] of expected)
    expect(metrics).toContain(`minipolis_intake_refused_total{code="${code}"} ${count}`)
  expect(metrics).toContain(`minipolis_intake_readings_total ${hostile.length}`)

  const { city } = server
  const records = await city.records.bySequence(await city.streams.get('honest/power'), { limit: 1_000 })
  expect(records.map(({ value }) => value)).toEqual(hostile.map((_, at) => `${at}.5`))
  expect(city.log.size).toBe(hostile.length)
  const parts = { store: city.logStore, key: city.log.key, hash: createMerkleHash(nodeSha256), ed25519: nodeEd25519 }
  expect(await fsckLog(parts)).toMatchObject({ clean: true, size: hostile.length })
})

test('a pack sent twice is taken once; other readings under its numbers are a replay', async () => {
  const before = server.city.log.size
  const pack = honest.sign({ stream: 'honest/words', readings: [reading('first')] })
  expect(await send(formatPack(pack))).toMatchObject({ status: 200, body: { duplicate: false, logFirst: before } })
  const again = await Promise.all(Array.from({ length: 5 }, () => send(formatPack(pack))))
  for (const answer of again) expect(answer).toMatchObject({ status: 200, body: { duplicate: true, logFirst: before } })
  const other = honest.sign({ stream: 'honest/words', readings: [reading('second')] })
  expect(await send(formatPack(other))).toMatchObject({ status: 409, body: { code: 'replay' } })
  expect(server.city.log.size).toBe(before + 1)
})

test('lost packs leave a gap that shows, and close it when they come late', async () => {
  const device = new FieldDevice('late')
  await device.enrol(server, [{ id: 'late/power', unit: 'W' }])
  const signer = device.signer('late/power')
  const [first, second, third] = ['1', '2', '3'].map((value) => formatPack(signer.sign([reading(value)])))
  expect(await send(first!)).toMatchObject({ status: 200, body: { missing: 0 } })
  expect(await send(third!)).toMatchObject({ status: 200, body: { first: 3, missing: 1 } })
  await server.city.log.checkpoint()
  const gap = await (await fetch(`${server.url}/v1/evidence?reading=late/power@3`)).text()
  const verdict = await post(`${server.url}/v1/verify`, { body: gap })
  expect(verdict.body).toMatchObject({ intact: true, complete: false, gaps: [{ from: 2, to: 2 }] })

  expect(await send(second!)).toMatchObject({ status: 200, body: { first: 2, missing: 0 } })
  const stream = await (await fetch(`${server.url}/v1/streams/late/power`)).json()
  expect(stream).toMatchObject({ readings: 3, lastSequence: 3 })
  await server.city.log.checkpoint()
  const closed = await (await fetch(`${server.url}/v1/evidence?reading=late/power@1&last=3`)).text()
  expect((await post(`${server.url}/v1/verify`, { body: closed })).body).toMatchObject({ intact: true, complete: true })
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain('minipolis_intake_gaps_total 1')
})

test('what is not for the intake at all is refused at the door', async () => {
  expect(await send('text', 'text/plain')).toMatchObject({ status: 415, body: { code: 'media-type' } })
  const flood = await send('x'.repeat(5 * 1024 * 1024))
  expect(flood).toMatchObject({ status: 413, body: { code: 'oversize' } })
})
