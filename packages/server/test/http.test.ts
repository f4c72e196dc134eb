import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { formatPack, type Pack, wirePack } from '@minipolis/city'
import { encode } from 'cborg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, type DoorCity, openDoorCity } from './door-city.ts'
import { NOW_MS, readings, testKey } from './test-city.ts'

const json = { 'content-type': 'application/json' }
const admin = { authorization: `Bearer ${ADMIN}` }

describe('the HTTP door', () => {
  let door: DoorCity
  beforeAll(async () => {
    door = await openDoorCity()
  })
  afterAll(() => door.close())

  const get = async (url: string, headers: Record<string, string> = {}) => {
    const { statusCode, headers: answered, body } = await door.http.api.inject({ method: 'GET', url, headers })
    return {
      status: statusCode,
      type: String(answered['content-type']),
      headers: answered,
      body,
      json: () => JSON.parse(body),
    }
  }
  const post = async (url: string, payload: string | Buffer | object, headers: Record<string, string> = json) => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await door.http.api.inject({ method: 'POST', url, payload, headers })
    return {
      status: statusCode,
      type: String(answered['content-type']),
      headers: answered,
      body,
      json: () => JSON.parse(body),
    }
  }
  const postPack = (pack: Pack) => post('/v1/packs', formatPack(pack))

  test('takes a signed pack, and shows its readings and how far they have come', async () => {
    const signer = await door.addDevice(1, 'la/717447')
    const answer = await postPack(signer.sign(readings(3)))
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({
      stream: 'la/717447',
      first: 1,
      count: 3,
      duplicate: false,
      state: 'accepted',
    })

    const list = (await get('/v1/readings?stream=la/717447')).json()
    expect(list.readings.map((reading: { id: string }) => reading.id)).toEqual([
      'la/717447@1',
      'la/717447@2',
      'la/717447@3',
    ])
    expect(list.readings[0]).toMatchObject({ value: '60.5', number: '60.5', unit: '[mi_i]/h', quality: null })
    expect((await get('/v1/readings/la/717447@2')).json()).toMatchObject({
      state: 'accepted',
      reading: { sequence: 2 },
    })
    await door.city.log.checkpoint()
    expect((await get('/v1/readings/la/717447@2')).json()).toMatchObject({ state: 'logged' })
    expect((await get('/v1/readings?newest=true&limit=1')).json().readings[0].id).toBe('la/717447@3')
    expect((await get('/v1/readings/la%2F717447@2')).json()).toMatchObject({ reading: { sequence: 2 } })
    expect((await get('/v1/readings/la/717447@9')).json()).toMatchObject({ status: 404, code: 'not-found' })
    expect((await get('/v1/readings/nonsense')).json()).toMatchObject({ status: 400, code: 'reading-id' })
  })

  test('finds readings by instant and interval, and pages through them', async () => {
    const signer = await door.addDevice(2, 'paged')
    await postPack(signer.sign(readings(25)))
    const at = new Date(NOW_MS - 60_000).toISOString()
    expect(
      (await get(`/v1/readings?stream=paged&at=${at}`)).json().readings.map((r: { sequence: number }) => r.sequence),
    ).toEqual([25])
    const local = encodeURIComponent(new Date(NOW_MS - 60_000 + 7_200_000).toISOString().replace('Z', '+02:00'))
    expect((await get(`/v1/readings?stream=paged&at=${local}`)).json().readings.length).toBe(1)
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const page = (await get(`/v1/readings?stream=paged&newest=true&limit=10${cursor}`)).json()
      seen.push(...page.readings.map((reading: { sequence: number }) => reading.sequence))
      if (page.next === null) break
      cursor = `&cursor=${page.next}`
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => 25 - i))
    for (const bad of ['at=2026-03-01T08:00:00', 'from=yesterday', 'limit=0', 'limit=x', 'cursor=x'])
      expect((await get(`/v1/readings?stream=paged&${bad}`)).json()).toMatchObject({ status: 400, code: 'request' })
    expect((await get('/v1/readings?from=2026-03-01T08:00:00.000Z')).json()).toMatchObject({ code: 'request' })
    expect((await get('/v1/readings?stream=ghost')).json()).toMatchObject({ status: 404, code: 'stream-unknown' })
  })

  test('answers each refusal as a problem with its own code', async () => {
    const signer = await door.addDevice(3, 'strict')
    const good = signer.sign(readings(1))
    const wire = wirePack(good)
    const expectProblem = async (payload: string | Buffer | object, status: number, code: string) => {
      const answer = await post('/v1/packs', payload)
      expect(answer.json()).toMatchObject({ status, code, type: `urn:minipolis:problem:${code}` })
      expect([answer.status, answer.type]).toEqual([status, 'application/problem+json; charset=utf-8'])
    }
    await expectProblem('{"half": ', 400, 'syntax')
    await expectProblem('', 400, 'syntax')
    await expectProblem({ ...wire, extra: true }, 422, 'schema')
    await expectProblem({ ...wire, stream: 'nowhere' }, 404, 'stream-unknown')
    await expectProblem({ ...wire, unit: 'km/h' }, 422, 'unit')
    await expectProblem({ ...wire, key: '0000000000000000' }, 403, 'key-unknown')
    await expectProblem({ ...wire, signature: Buffer.alloc(64).toString('base64') }, 403, 'signature')
    await expectProblem(Buffer.alloc(300_000, 0x20), 413, 'oversize')
    await expectProblem(Buffer.alloc(5_000_000, 0x20), 413, 'oversize')
    const media = await post('/v1/packs', 'x', { 'content-type': 'text/html' })
    expect(media.json()).toMatchObject({ status: 415, code: 'media-type' })
    expect((await postPack(good)).status).toBe(200)
    expect((await postPack(good)).json()).toMatchObject({ duplicate: true })
    expect((await get('/nowhere')).json()).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('takes CBOR, and lists of packs whose members are judged one by one', async () => {
    const signer = await door.addDevice(4, 'lists')
    const cbor = await post('/v1/packs', Buffer.from(encode(wirePack(signer.sign(readings(2))))), {
      'content-type': 'application/cbor',
    })
    expect(cbor.json()).toMatchObject({ first: 1, count: 2 })
    const packs = [signer.sign(readings(2)), signer.sign(readings(2)), signer.sign(readings(2))].map(wirePack)
    const answer = await post('/v1/packs', [packs[0], { ...packs[1], unit: 'km/h' }, packs[2]])
    expect(answer.json().outcomes).toMatchObject([
      { receipt: { first: 3, missing: 0 } },
      { problem: { code: 'unit' } },
      { receipt: { first: 7, missing: 2 } },
    ])
    expect((await post('/v1/packs', '[1, 2')).json().outcomes).toMatchObject([{ problem: { code: 'syntax' } }])
  })

  test('enrols devices for the operator only', async () => {
    const body = {
      device: 'lamp-9',
      publicKey: Buffer.from(testKey(9).publicKey).toString('hex'),
      notBefore: '2020-01-01T00:00:00.000Z',
      streams: [{ id: 'lamps/9', unit: 'A', label: 'current', properties: { latitude: '52.1' } }],
    }
    expect((await post('/v1/devices', body)).json()).toMatchObject({ status: 401, code: 'admin-token' })
    const wrong = await post('/v1/devices', body, { ...json, authorization: 'Bearer guess' })
    expect(wrong.json()).toMatchObject({ status: 401 })
    const enrolled = await post('/v1/devices', body, { ...json, ...admin })
    expect(enrolled.json()).toMatchObject({ device: 'lamp-9', key: testKey(9).id, streams: ['lamps/9'] })
    expect((await post('/v1/devices', body, { ...json, ...admin })).json()).toEqual(enrolled.json())
    const other = await post('/v1/devices', { ...body, device: 'thief' }, { ...json, ...admin })
    expect(other.json()).toMatchObject({ status: 409, code: 'key-taken' })
    expect((await post('/v1/devices', { ...body, notBefore: 'soon' }, { ...json, ...admin })).json()).toMatchObject({
      code: 'request',
    })

    expect((await get('/v1/streams/lamps/9')).json()).toMatchObject({
      id: 'lamps/9',
      device: 'lamp-9',
      label: 'current',
      properties: { latitude: '52.1' },
      readings: 0,
      latest: null,
    })
    const revoked = await post(`/v1/keys/${testKey(9).id}/revoke`, { reason: 'stolen' }, { ...json, ...admin })
    expect(revoked.json()).toMatchObject({ reason: 'stolen' })
    expect((await get('/v1/devices/lamp-9')).json().keys).toMatchObject([{ key: testKey(9).id, reason: 'stolen' }])
    expect((await get('/v1/devices/ghost')).json()).toMatchObject({ status: 404 })
  })

  test('lists streams page by page, with the last reading of each', async () => {
    const ids: string[] = []
    for (let after = ''; ; ) {
      const page = (await get(`/v1/streams?latest=true&limit=2${after}`)).json()
      for (const stream of page.streams) {
        ids.push(stream.id)
        if (stream.readings > 0)
          expect(stream.latest).toMatchObject({ stream: stream.id, sequence: stream.lastSequence })
      }
      if (page.next === null) break
      after = `&after=${encodeURIComponent(page.next)}`
    }
    expect(ids).toEqual([...ids].sort())
    expect(ids).toContain('la/717447')
  })

  test('imports CSV for the operator and says line by line how far it is', async () => {
    const csv = 'time,speed\n2015-09-01 11:25:00,58\n2015-09-01 11:30:00,63\n2015-09-01 11:35:00,NA\n'
    const options = {
      source: 'a.csv',
      stream: 'mndot/1',
      timeColumns: ['time'],
      zone: 'America/Chicago',
      unit: '[mi_i]/h',
    }
    const url = `/v1/import?options=${encodeURIComponent(JSON.stringify(options))}`
    expect((await post(url, csv, { 'content-type': 'text/csv' })).json()).toMatchObject({ code: 'admin-token' })
    const reportOf = (body: string) => JSON.parse(body.trim().split('\n').at(-1)!)
    const first = await post(url, csv, { 'content-type': 'text/csv', ...admin })
    expect(reportOf(first.body)).toMatchObject({ report: { read: 3, accepted: 3, duplicate: 0, quarantined: 0 } })
    const again = await post(url, gzipSync(csv), { 'content-type': 'application/gzip', ...admin })
    expect(reportOf(again.body)).toMatchObject({ report: { read: 3, accepted: 0, duplicate: 3 } })
    const noZone = { ...options, zone: undefined }
    const refused = await post(`/v1/import?options=${encodeURIComponent(JSON.stringify(noZone))}`, csv, {
      'content-type': 'text/csv',
      ...admin,
    })
    expect(reportOf(refused.body)).toMatchObject({
      problem: { code: 'zone-required', hint: expect.stringContaining('--zone') },
    })
    expect((await post('/v1/import?options=x', csv, { 'content-type': 'text/csv', ...admin })).json()).toMatchObject({
      code: 'request',
    })
  })

  test('serves the log as static files', async () => {
    await door.city.log.checkpoint()
    const checkpoint = await get('/log/checkpoint')
    expect(checkpoint.body.split('\n')[1]).toBe(String(door.city.log.size))
    expect(checkpoint.headers['cache-control']).toBe('no-cache')
    const tile = await get(`/log/tile/0/000.p/${door.city.log.size}`)
    expect([tile.status, tile.type]).toEqual([200, 'application/octet-stream'])
    expect(tile.headers['cache-control']).toContain('immutable')
    expect((await get('/log/tile/0/007')).json()).toMatchObject({ status: 404 })
    expect((await get('/log/../secret')).status).toBe(404)
  })

  test('makes evidence, and judges it', async () => {
    const evidence = await get('/v1/evidence?reading=la/717447@2')
    expect(evidence.status).toBe(200)
    const verdict = (await post('/v1/verify', evidence.body)).json()
    expect(verdict).toMatchObject({ intact: true, complete: true, state: 'logged' })
    const own = (await post('/v1/verify?own=true', evidence.body)).json()
    expect(own.intact).toBe(true)
    const altered = (await post('/v1/verify', evidence.body.replace('61.5', '99.5'))).json()
    expect(altered.intact).toBe(false)
    expect((await post('/v1/verify', 'nonsense', { 'content-type': 'text/plain' })).json()).toMatchObject({
      intact: false,
    })
    expect((await get('/v1/evidence?reading=la/717447@99')).json()).toMatchObject({
      status: 404,
      code: 'no-such-reading',
    })
  })

  test('shows blocks, anchors, status and health', async () => {
    expect((await get('/v1/blocks')).json()).toEqual({ blocks: [] })
    for (let i = 0; i < 5; i++) door.ledger.addBlock(NOW_MS + i)
    expect((await get('/v1/blocks?limit=2')).json().blocks.map((block: { number: number }) => block.number)).toEqual([
      3, 4,
    ])
    expect((await get('/v1/anchors')).json()).toEqual({ anchors: [], next: null })
    expect((await get('/v1/status')).json()).toMatchObject({
      network: 'dev',
      tip: { number: 4 },
      log: { size: door.city.log.size },
      counts: { readings: door.city.log.size },
      anchor: null,
    })
    expect((await get('/health')).json()).toEqual({ status: 'ok' })
  })

  test('shows quarantine to the operator, newest first', async () => {
    expect((await get('/v1/quarantine')).status).toBe(401)
    const page = (await get('/v1/quarantine?limit=2', admin)).json()
    expect(page.counts.signature).toBe(1)
    expect(page.entries.length).toBe(2)
    expect(page.entries[0].no).toBeGreaterThan(page.entries[1].no)
  })

  test('counts for Prometheus', async () => {
    const text = (await get('/metrics')).body
    expect(text).toMatch(/minipolis_intake_readings_total \d+/)
    expect(text).toContain('minipolis_intake_refused_total{code="signature"} 1')
    expect(text).toContain(`minipolis_log_leaves{state="accepted"} ${door.city.log.size}`)
    expect(text).toMatch(/minipolis_http_requests_total\{route="\/v1\/packs",status="403"\} \d+/)
  })

  test('describes all of itself in an OpenAPI 3.1 document', async () => {
    const document = (await get('/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    const described = Object.keys(document.paths)
    for (const path of [
      '/v1/packs',
      '/v1/streams',
      '/v1/readings',
      '/v1/evidence',
      '/v1/verify',
      '/v1/devices',
      '/v1/events',
    ])
      expect(described).toContain(path)
    for (const path of ['/v1/streams/{id}', '/v1/readings/{id}', '/v1/devices/{id}', '/log/{path}']) {
      expect(described).toContain(path)
      expect(document.paths[path].get.parameters.length).toBe(1)
    }
    const pack = document.paths['/v1/packs'].post
    expect(Object.keys(pack.requestBody.content)).toEqual(['application/json', 'application/cbor'])
    expect(pack.responses['200']).toBeDefined()
    const ids = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>)
      .flatMap((path) => Object.values(path))
      .map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('the HTTP door on a socket', () => {
  test('takes the next free port when the one asked for is taken, and says so', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
    const { port } = squatter.address() as AddressInfo
    const door = await openDoorCity()
    const listening = await door.http.listen({ host: '127.0.0.1', port })
    expect(listening.moved).toBe(true)
    expect(listening.port).toBeGreaterThan(port)
    expect(await (await fetch(`${listening.url}/health`)).json()).toEqual({ status: 'ok' })
    await door.close()
    await new Promise((resolve) => squatter.close(resolve))
  })

  test('tells listeners of readings, checkpoints and blocks, and lets go of them when it closes', async () => {
    const door = await openDoorCity()
    const { url } = await door.http.listen({ host: '127.0.0.1', port: 0 })
    const signer = await door.addDevice(1, 'a')
    const response = await fetch(`${url}/v1/events`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const hear = async (text: string) => {
      while (!heard.includes(text)) {
        const { value, done } = await reader.read()
        if (done) throw new RangeError(`the stream ended before ${text}`)
        heard += value
      }
    }
    await hear('retry:')
    await door.city.intake.submit(signer.sign(readings(120)), 'test')
    door.ledger.addBlock(NOW_MS)
    await hear('a@120')
    await hear('event: block')
    expect(heard).toContain('event: skipped\ndata: {"readings":70}')
    expect(heard.match(/event: reading/g)?.length).toBe(50)
    await door.close()
    while (!(await reader.read()).done);
  })
})
