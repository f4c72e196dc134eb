import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStreamHeads } from '@minipolis/city'
import { type OpenCity, openCity } from '@minipolis/server'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHttpDoor, type HttpDoor } from '../../server/src/http/index.ts'
import { createMetrics } from '../../server/src/metrics/index.ts'
import { createMqttBroker, type MqttBroker } from '../../server/src/mqtt/index.ts'
import { ServerClient } from '../src/remote/server-client.ts'
import { planCity } from '../src/simulator/city-plan.ts'
import { Feeder } from '../src/simulator/feeder.ts'
import { httpPackDoor } from '../src/simulator/http-pack-door.ts'
import { mqttPackDoor } from '../src/simulator/mqtt-pack-door.ts'
import type { PackDoor } from '../src/simulator/pack-door.ts'

let folder: string
let open: OpenCity
let http: HttpDoor
let mqtt: MqttBroker
let client: ServerClient
let doors: PackDoor[]
const errors: unknown[] = []
const silent = pino({ level: 'silent' }, { write: () => {} })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-feeder-'))
  open = await openCity({ folder }, { now: Date.now, randomBytes, onError: (error) => errors.push(error) })
  const metrics = createMetrics(open.city)
  http = await createHttpDoor(
    { adminToken: 'secret', version: '0.0.0' },
    { city: open.city, metrics, log: silent, now: Date.now },
  )
  mqtt = await createMqttBroker({ city: open.city, metrics, log: silent })
  const web = await http.listen({ host: '127.0.0.1', port: 0 })
  const broker = await mqtt.listen({ host: '127.0.0.1', port: 0 })
  client = new ServerClient({ url: `${web.url}/`, token: 'secret' })
  errors.length = 0
  doors = [httpPackDoor(client), await mqttPackDoor(broker.url, 'feeder', (why) => errors.push(why))]
})
afterEach(async () => {
  for (const door of doors) await door.close()
  await mqtt.close()
  await http.close()
  await open.close()
  rmSync(folder, { recursive: true, force: true })
})

const devices = planCity('feeder', { loops: 1, meters: 1, lamps: 1, bins: 1 })
const streamIds = devices.flatMap((device) => device.streams.map((stream) => stream.id))
const feeder = () =>
  new Feeder(
    {
      devices,
      live: { seed: 'feeder', intervalMs: 200, offsetMs: 0 },
      past: { reachMs: 3_600_000, intervalMs: 900_000 },
      secret: new Uint8Array(32).fill(9),
    },
    { client, doors, now: Date.now, onError: (error) => errors.push(error) },
  )

const heads = async () => {
  const streams = await Promise.all(streamIds.map((id) => open.city.streams.get(id)))
  const found = await readStreamHeads(
    open.city.store.db,
    streams.map((stream) => stream.no),
  )
  return streams.map((stream) => found.get(stream.no)!)
}

/** Waits until something holds; long enough for a busy machine. */
const eventually = (holds: () => void | Promise<void>): Promise<void> => vi.waitFor(holds, { timeout: 60_000 })

test('a simulated city comes in through the doors of real devices, signed, without gaps, and goes on after a restart', async () => {
  const first = feeder()
  await first.start()
  await eventually(async () => {
    for (const head of await heads()) expect(head.readings).toBeGreaterThan(6)
  })
  await first.stop()
  expect(errors).toEqual([])
  const before = await heads()

  const second = feeder()
  await second.start()
  await eventually(async () => {
    for (const [at, head] of (await heads()).entries()) expect(head.readings).toBeGreaterThan(before[at]!.readings)
  })
  await second.stop()
  expect(errors).toEqual([])
  for (const head of await heads()) expect(head.lastSequence).toBe(head.readings)

  const loop = await open.city.streams.get(streamIds[0]!)
  expect(loop).toMatchObject({ device: 'loop-01', unit: '1/h', properties: { asset: 'loop', simulated: true } })
  expect(await open.city.quarantine.counts()).toEqual(new Map())
}, 120_000)

test('a device whose pack is refused asks where its stream stands and goes on', async () => {
  const running = feeder()
  await running.start()
  await eventually(async () => expect((await heads())[0]!.readings).toBeGreaterThan(5))
  const [key] = await open.city.credentials.ofDevice('bin-01')
  await open.city.credentials.revoke(key!.keyId, Date.now(), 'stolen')
  await eventually(() => expect(errors.length).toBeGreaterThan(0))
  const others = (await heads()).slice(0, -1).map((head) => head.readings)
  await eventually(async () => {
    for (const [at, count] of others.entries()) expect((await heads())[at]!.readings).toBeGreaterThan(count)
  })
  await running.stop()
  expect(JSON.stringify(errors)).toContain('revoked')
}, 120_000)
