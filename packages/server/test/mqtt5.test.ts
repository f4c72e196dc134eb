import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { formatPack, type Intake, type PackSigner, wirePack } from '@minipolis/city'
import { sql } from 'kysely'
import { type Logger, pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sqliteEngine } from '../src/database/index.ts'
import { type MqttSubscriber, subscribePacks } from '../src/mqtt/index.ts'
import { CONNECTIONS } from '../src/mqtt/mqtt-subscriber.ts'
import { Mqtt5Peer } from './mqtt5-peer.ts'
import { addStream, openTestCity, readings, type TestCity } from './test-city.ts'

const log = pino({ level: 'silent' })
const metrics = { mqttMessage: () => undefined }

/** Waits for a condition; the limit is for a machine that is very busy. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 5 })

/** Lets packs through one gate: those that a test holds wait in front of the intake. */
class Gate {
  readonly #intake: Intake
  #held: Promise<void> | undefined
  #open: () => void = () => undefined
  waiting = 0

  constructor(intake: Intake) {
    this.#intake = intake
  }

  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#held = undefined
    this.#open()
  }

  async submitBytes(...pack: Parameters<Intake['submitBytes']>): ReturnType<Intake['submitBytes']> {
    this.waiting++
    await this.#held
    this.waiting--
    return this.#intake.submitBytes(...pack)
  }

  submitList(...list: Parameters<Intake['submitList']>): ReturnType<Intake['submitList']> {
    return this.#intake.submitList(...list)
  }
}

describe('an MQTT 5 broker', () => {
  let folder: string
  let city: TestCity
  let disk: DatabaseSync
  let gate: Gate
  let peer: Mqtt5Peer
  let signer: PackSigner
  const subscribers: MqttSubscriber[] = []
  const subscribe = async (options: { readonly url?: string } = {}, journal: Logger = log) => {
    const parts = { intake: gate, metrics, log: journal }
    const subscriber = await subscribePacks({ url: peer.url, clientId: 'minipolis-1', ...options }, parts)
    subscribers.push(subscriber)
    return subscriber
  }
  const pack = () => formatPack(signer.sign(readings(1)))
  /** Readings that a process without our memory finds in the file. */
  const onDisk = () => Number(disk.prepare('select count(*) as count from reading').get()?.count)

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'minipolis-mqtt5-'))
    const file = join(folder, 'city.sqlite')
    city = await openTestCity(sqliteEngine(file))
    disk = new DatabaseSync(file, { readOnly: true })
    gate = new Gate(city.intake)
    peer = await new Mqtt5Peer().start()
    signer = await addStream(city, { id: 'a' })
  })
  afterEach(async () => {
    gate.open()
    await Promise.all(subscribers.splice(0).map((subscriber) => subscriber.close()))
    await peer.stop()
    disk.close()
    await city.close()
    rmSync(folder, { recursive: true, force: true })
    // Whatever happened, the client kept to the standard.
    expect(peer.violations).toEqual([])
  })

  test('is asked for a lasting session, shared messages with QoS 1, and no more than we hold', async () => {
    peer.properties = { receiveMaximum: 1, topicAliasMaximum: 5, maximumPacketSize: 64, assignedClientIdentifier: 'x' }
    const subscriber = await subscribe()
    expect(subscriber.url).toBe(peer.url)
    expect(peer.subscribers).toBe(CONNECTIONS)
    expect(new Set(peer.connects.map(({ clientId }) => clientId)).size).toBe(CONNECTIONS)
    expect(peer.connects[0]).toMatchObject({
      clean: false,
      properties: { sessionExpiryInterval: 604_800, receiveMaximum: 1_000, maximumPacketSize: 4_198_400 },
    })
    expect(new Set(peer.filters)).toEqual(new Set(['$share/minipolis-1/minipolis/packs/#']))
    await subscriber.close()
    await until(() => expect(peer.goodbyes).toHaveLength(CONNECTIONS))
    // Without an expiry in it: the session stays as long as it was asked for.
    expect(peer.goodbyes[0]).toMatchObject({ reasonCode: 0 })
    expect(peer.goodbyes[0]?.properties?.sessionExpiryInterval).toBeUndefined()
  })

  test('gets no acknowledgement before the readings are on the disk', async () => {
    await subscribe()
    const early: string[] = []
    peer.onAck = ({ payload }) => {
      if (onDisk() < peer.acknowledged.length) early.push(payload)
    }
    gate.hold()
    for (let i = 0; i < 80; i++) peer.publish(pack())
    await until(() => expect(gate.waiting).toBe(CONNECTIONS))
    expect(peer.acknowledged).toEqual([])
    gate.open()
    await until(() => expect(peer.acknowledged).toHaveLength(80))
    expect(peer.acknowledged.every(({ reasonCode }) => reasonCode === 0)).toBe(true)
    expect(early).toEqual([])
    expect(city.log.size).toBe(80)
  })

  test('is told by the reason code which packs were refused, when they are in quarantine', async () => {
    await subscribe()
    let kept: unknown
    peer.onAck = () => {
      kept = disk.prepare('select count(*) as count from quarantine').get()?.count
    }
    peer.publish(JSON.stringify({ ...wirePack(signer.sign(readings(1))), unit: 'km/h' }))
    await until(() => expect(peer.acknowledged).toMatchObject([{ reasonCode: 0x99 }]))
    expect(kept).toBe(1)
    peer.publish('neither JSON nor CBOR')
    await until(() => expect(peer.acknowledged[1]).toMatchObject({ reasonCode: 0x99 }))
    expect(kept).toBe(2)
  })

  test('waits while the store cannot take its message, which is told once, and is answered when it can', async () => {
    const told: string[] = []
    await subscribe({}, pino({ level: 'error' }, { write: (line: string) => told.push(line) }))
    await sql`alter table reading rename to reading_away`.execute(city.store.db)
    peer.publish(pack())
    await until(() => expect(city.intake.counters.failed).toBeGreaterThanOrEqual(3))
    expect(peer.acknowledged).toEqual([])
    expect(told).toHaveLength(1)
    await sql`alter table reading_away rename to reading`.execute(city.store.db)
    await until(() => expect(peer.acknowledged).toMatchObject([{ reasonCode: 0 }]))
    expect(onDisk()).toBe(1)
  })

  test('may bring packs of QoS 0 too', async () => {
    await subscribe()
    peer.publish(pack(), { qos: 0, topic: 'minipolis/packs/device-1' })
    await until(() => expect(onDisk()).toBe(1))
    expect(peer.acknowledged).toEqual([])
  })

  test('sends again what was on the way when the connection dropped, and nothing of it is lost or taken twice', async () => {
    await subscribe()
    gate.hold()
    const packs = Array.from({ length: 60 }, pack)
    for (const one of packs) peer.publish(one)
    await until(() => expect(gate.waiting).toBe(CONNECTIONS))
    peer.drop()
    await until(() => expect(peer.subscribers).toBe(CONNECTIONS))
    gate.open()
    await until(() => expect(peer.open).toBe(0))
    expect(peer.redelivered).toBe(60)
    expect(peer.acknowledged.map(({ payload }) => payload).sort()).toEqual([...packs].sort())
    expect(onDisk()).toBe(60)
    expect(city.intake.counters.duplicates).toBeGreaterThan(0)
  })

  test('that lost our sessions never gets an acknowledgement meant for another message', async () => {
    await subscribe()
    const early: string[] = []
    peer.onAck = ({ payload }) => {
      const { count } =
        disk.prepare('select count(*) as count from quarantine where payload = ?').get(Buffer.from(payload)) ?? {}
      if (Number(count) === 0) early.push(payload)
    }
    // Refused packs, because the quarantine tells one payload from another.
    gate.hold()
    for (let i = 0; i < 64; i++) peer.publish(`bad ${i}`)
    await until(() => expect(gate.waiting).toBe(CONNECTIONS))
    peer.forget()
    await until(() => expect(peer.subscribers).toBe(CONNECTIONS))
    for (let i = 64; i < 128; i++) peer.publish(`bad ${i}`)
    gate.open()
    await until(() => expect(peer.open).toBe(0))
    expect(early).toEqual([])
    expect(new Set(peer.acknowledged.map(({ payload }) => payload)).size).toBe(128)
  })

  test('may come and go at any time: what was acknowledged is kept, what was not comes again', async () => {
    await subscribe()
    const packs = Array.from({ length: 200 }, pack)
    let cuts = 0
    peer.onAck = () => {
      expect(onDisk()).toBeGreaterThanOrEqual(new Set(peer.acknowledged.map(({ payload }) => payload)).size)
      if (cuts === 4 || peer.acknowledged.length < (cuts + 1) * 40) return
      cuts++
      if (cuts % 2) peer.drop()
      else peer.disconnect(0x8b)
    }
    for (const one of packs) peer.publish(one)
    await until(() => expect(peer.open).toBe(0))
    expect(cuts).toBe(4)
    expect(new Set(peer.acknowledged.map(({ payload }) => payload))).toEqual(new Set(packs))
    expect(onDisk()).toBe(200)
    expect(peer.inflightPeak).toBeLessThanOrEqual(1_000)
  })

  test('that is away at the start is called until it is there', async () => {
    await peer.stop()
    await subscribe()
    await peer.start()
    await until(() => expect(peer.subscribers).toBe(CONNECTIONS))
    peer.publish(pack())
    await until(() => expect(peer.acknowledged).toMatchObject([{ reasonCode: 0 }]))
  })

  test('that is not ready yet, or hangs up on us, is called again', async () => {
    let calls = 0
    peer.judge = () => (++calls <= CONNECTIONS ? 0x88 : 0)
    await subscribe()
    await until(() => expect(peer.subscribers).toBe(CONNECTIONS))
    peer.disconnect(0x98)
    await until(() => expect(calls).toBeGreaterThanOrEqual(3 * CONNECTIONS))
    await until(() => expect(peer.subscribers).toBe(CONNECTIONS))
    peer.publish(pack())
    await until(() => expect(peer.acknowledged).toHaveLength(1))
  })

  test('that refuses our password, or the subscription, ends the start with the reason', async () => {
    peer.judge = ({ username, password }) => (username === 'city' && String(password) === 'right' ? 0 : 0x86)
    const at = (secret: string) => ({ url: peer.url.replace('//', `//city:${secret}@`) })
    await expect(subscribe(at('wrong'))).rejects.toMatchObject({
      code: 'broker-refused',
      message: expect.not.stringContaining('wrong'),
      facts: { reason: 0x86 },
    })
    peer.grant = 0x87
    await expect(subscribe(at('right'))).rejects.toMatchObject({ code: 'broker-refused', facts: { granted: 0x87 } })
    peer.grant = 0
    await expect(subscribe(at('right'))).rejects.toMatchObject({ code: 'broker-refused', facts: { granted: 0 } })
    peer.grant = 1
    await subscribe(at('right'))
    expect(peer.subscribers).toBe(CONNECTIONS)
  })

  test('without shared subscriptions is listened to by one connection alone', async () => {
    peer.properties = { sharedSubscriptionAvailable: false }
    await subscribe()
    expect(peer.filters).toEqual(['minipolis/packs/#'])
    peer.publish(pack())
    await until(() => expect(peer.acknowledged).toHaveLength(1))
  })

  test('decides how often we tell that we are there', async () => {
    peer.properties = { serverKeepAlive: 1 }
    await subscribe()
    await until(() => expect(peer.pings).toBeGreaterThanOrEqual(CONNECTIONS))
    expect(peer.subscribers).toBe(CONNECTIONS)
  })

  test('that announces a packet beyond our limit is told so and called again', async () => {
    await subscribe()
    peer.write(Uint8Array.of(0x32, 0xff, 0xff, 0xff, 0x7f))
    await until(() => expect(peer.goodbyes).toHaveLength(CONNECTIONS))
    expect(peer.goodbyes.every(({ reasonCode }) => reasonCode === 0x95)).toBe(true)
    await until(() => expect(peer.subscribers).toBe(CONNECTIONS))
    peer.publish(pack())
    await until(() => expect(peer.acknowledged).toHaveLength(1))
  })
})
