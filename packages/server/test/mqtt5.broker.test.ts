import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatPack, type PackSigner } from '@minipolis/city'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import type { Packet } from 'mqtt-packet'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sqliteEngine } from '../src/database/index.ts'
import { type MqttSubscriber, type MqttSubscriberOptions, PACKS_TOPIC, subscribePacks } from '../src/mqtt/index.ts'
import { CONNECTIONS } from '../src/mqtt/mqtt-subscriber.ts'
import { type CertificateFiles, hasOpenssl, makeCertificate } from './certificate.ts'
import { hasMosquitto, Mosquitto, type MosquittoOptions } from './mosquitto.ts'
import { addStream, openTestCity, readings, type TestCity } from './test-city.ts'

const given = process.env.MQTT_BROKER

const log = pino({ level: 'silent' })
const metrics = { mqttMessage: () => undefined }

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 5 })

let folder: string
let city: TestCity
let signer: PackSigner
/** A name of its own for each test: brokers remember. */
let clientId: string
let subscribers: MqttSubscriber[] = []
let devices: MqttClient[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-broker-'))
  city = await openTestCity(sqliteEngine(join(folder, 'city.sqlite')))
  signer = await addStream(city, { id: 'a' })
  clientId = `minipolis-test-${randomBytes(6).toString('hex')}`
})
afterEach(async () => {
  await Promise.all(subscribers.map((subscriber) => subscriber.close()))
  await Promise.all(devices.map((device) => device.endAsync(true)))
  subscribers = []
  devices = []
  await city.close()
  rmSync(folder, { recursive: true, force: true })
})

const pack = () => formatPack(signer.sign(readings(1)))
const subscribe = async (options: Omit<MqttSubscriberOptions, 'clientId'>) => {
  const subscriber = await subscribePacks({ ...options, clientId }, { intake: city.intake, metrics, log })
  subscribers.push(subscriber)
  return subscriber
}
/** A device at the broker, speaking MQTT 5. */
const device = async (url: string, options: IClientOptions = {}) => {
  const client = await connectAsync(url, { ...options, protocolVersion: 5, reconnectPeriod: 200 })
  client.on('error', () => undefined)
  devices.push(client)
  return client
}
const publishAll = (from: MqttClient, packs: readonly string[]) =>
  Promise.all(packs.map((one) => from.publishAsync(PACKS_TOPIC, one, { qos: 1 })))

/** With this reason a broker that lost our session says that nobody wants the message: send it again. */
const NO_MATCHING_SUBSCRIBERS = 0x10
const publishUntilWanted = async (from: MqttClient, one: string) => {
  for (let reason: number | undefined = NO_MATCHING_SUBSCRIBERS; reason === NO_MATCHING_SUBSCRIBERS; ) {
    const answered = new Promise<Packet>((resolve) => from.once('packetreceive', resolve))
    from.publish(PACKS_TOPIC, one, { qos: 1 })
    const answer = await answered
    reason = answer.cmd === 'puback' ? answer.reasonCode : undefined
  }
}

/** What any MQTT 5 broker must do for us. */
function giveAndKeep(url: () => string): void {
  test('gives every pack to the city, and keeps those that come while the city is away', async () => {
    const first = await subscribe({ url: url() })
    const from = await device(url())
    await publishAll(from, Array.from({ length: 300 }, pack))
    await from.publishAsync(PACKS_TOPIC, 'no pack', { qos: 1 })
    await until(() => expect(city.log.size).toBe(300))
    await until(() => expect(city.intake.counters.refused.get('syntax')).toBe(1))
    await first.close()
    await publishAll(from, Array.from({ length: 100 }, pack))
    expect(city.log.size).toBe(300)
    await subscribe({ url: url() })
    await until(() => expect(city.log.size).toBe(400))
    // The refused one was acknowledged too: it did not come again.
    expect([...city.intake.counters.refused]).toEqual([['syntax', 1]])
  })
}

describe.skipIf(given === undefined)('the MQTT 5 broker of MQTT_BROKER', () => {
  afterEach(async () => {
    for (const id of [clientId, ...Array.from({ length: CONNECTIONS - 1 }, (_, index) => `${clientId}-${index + 1}`)])
      await (await connectAsync(given!, { clientId: id, clean: true, protocolVersion: 5 })).endAsync()
  })
  giveAndKeep(() => given!)
})

describe.skipIf(!hasMosquitto)('Eclipse Mosquitto', () => {
  let broker: Mosquitto
  const run = async (options: Omit<MosquittoOptions, 'port'> = {}) => {
    broker = await new Mosquitto({ ...options, port: await freePort() }).start()
  }
  afterEach(() => broker.remove())
  const url = () => `mqtt://127.0.0.1:${broker.port}`

  describe('open to all', () => {
    beforeEach(() => run())
    giveAndKeep(url)

    test('that is stopped in the middle and started again loses nothing', async () => {
      await subscribe({ url: url() })
      const from = await device(url())
      const publishing = publishAll(from, Array.from({ length: 1_000 }, pack))
      await until(() => expect(city.log.size).toBeGreaterThan(100))
      await broker.stop()
      await broker.start()
      await publishing
      await until(() => expect(city.log.size).toBe(1_000))
    })

    test('that was killed is called until it is back, and devices go on', async () => {
      await subscribe({ url: url() })
      await broker.stop('SIGKILL')
      await broker.start()
      await publishUntilWanted(await device(url()), pack())
      await until(() => expect(city.log.size).toBe(1))
    })

    test('that starts after the city is found', async () => {
      await broker.stop()
      await subscribe({ url: url() })
      await broker.start()
      await publishUntilWanted(await device(url()), pack())
      await until(() => expect(city.log.size).toBe(1))
    })
  })

  describe.skipIf(!hasOpenssl)('behind TLS, with a user and a password', () => {
    let files: string
    let certificate: CertificateFiles
    const login = { username: 'city', password: 'p@ss word' }
    beforeAll(() => {
      files = mkdtempSync(join(tmpdir(), 'minipolis-certificate-'))
      certificate = makeCertificate(files, 'broker')
    })
    afterAll(() => rmSync(files, { recursive: true, force: true }))
    beforeEach(() => run({ tls: certificate, user: { name: login.username, password: login.password } }))
    const ca = () => readFileSync(certificate.cert, 'utf8')
    const safe = (password: string) =>
      `mqtts://${login.username}:${encodeURIComponent(password)}@localhost:${broker.port}`

    test('gives packs to a city that knows its certificate and the password', async () => {
      await subscribe({ url: safe(login.password), ca: ca() })
      await publishAll(await device(`mqtts://localhost:${broker.port}`, { ...login, ca: ca() }), [pack()])
      await until(() => expect(city.log.size).toBe(1))
    })

    test('is not trusted without its certificate, and refuses a wrong password', async () => {
      const refused = { code: 'broker-refused' }
      await expect(subscribe({ url: safe(login.password) })).rejects.toMatchObject(refused)
      const wrong = subscribe({ url: safe('wrong'), ca: ca() })
      await expect(wrong).rejects.toMatchObject({ ...refused, facts: { reason: 0x87 } })
    })
  })
})

if (given === undefined && !hasMosquitto)
  test('a broker that was not made for these tests takes part', (context) =>
    context.skip('there is neither the program mosquitto nor MQTT_BROKER with the address of a broker'))

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
