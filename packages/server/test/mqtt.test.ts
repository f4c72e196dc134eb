import type { AddressInfo } from 'node:net'
import { createServer, connect as openSocket, type Socket } from 'node:net'
import { formatPack, wirePack } from '@minipolis/city'
import { Aedes } from 'aedes'
import { encode } from 'cborg'
import { connectAsync, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMqttBroker, type MqttBroker, PACKS_TOPIC, subscribePacks } from '../src/mqtt/index.ts'
import { type DoorCity, openDoorCity } from './door-city.ts'
import { readings } from './test-city.ts'

const log = pino({ level: 'silent' })

describe('the MQTT door', () => {
  let door: DoorCity
  let broker: MqttBroker
  let url: string
  const clients: MqttClient[] = []
  beforeEach(async () => {
    door = await openDoorCity()
    broker = await createMqttBroker({ city: door.city, metrics: door.metrics, log })
    url = (await broker.listen({ host: '127.0.0.1', port: 0 })).url
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)))
    await broker.close()
    await door.close()
  })
  const client = async (clientId: string): Promise<MqttClient> => {
    const connected = await connectAsync(url, { protocolVersion: 4, clientId, reconnectPeriod: 0 })
    // What a refusal does to a connection is looked at by each test.
    connected.on('error', () => undefined)
    clients.push(connected)
    return connected
  }
  const heard = (from: MqttClient) =>
    new Promise<{ topic: string; text: string }>((resolve) =>
      from.once('message', (topic, payload) => resolve({ topic, text: payload.toString() })),
    )

  test('acknowledges a pack when it is durable, as JSON, as CBOR and in lists', async () => {
    const signer = await door.addDevice(1, 'a')
    const device = await client('device-1')
    await device.publishAsync(PACKS_TOPIC, formatPack(signer.sign(readings(3))), { qos: 1 })
    expect(door.city.log.size).toBe(3)
    await device.publishAsync(`${PACKS_TOPIC}/device-1`, Buffer.from(encode(wirePack(signer.sign(readings(2))))), {
      qos: 1,
    })
    expect(door.city.log.size).toBe(5)
    const list = [signer.sign(readings(1)), signer.sign(readings(1))].map(wirePack)
    await device.publishAsync(PACKS_TOPIC, JSON.stringify(list), { qos: 2 })
    expect(door.city.log.size).toBe(7)
    const many = Array.from({ length: 300 }, () => formatPack(signer.sign(readings(1))))
    await Promise.all(many.map((pack) => device.publishAsync(PACKS_TOPIC, pack, { qos: 1 })))
    expect(door.city.log.size).toBe(307)
    // In order over one connection, so nothing looked lost.
    expect(door.city.intake.counters.gaps).toBe(0)
  })

  test('tells the sender of a refused pack why, and keeps the pack in quarantine', async () => {
    const signer = await door.addDevice(1, 'a')
    const device = await client('device-1')
    await device.subscribeAsync('minipolis/refused/device-1')
    const told = heard(device)
    const pack = { ...wirePack(signer.sign(readings(1))), unit: 'km/h' }
    await device.publishAsync(PACKS_TOPIC, JSON.stringify(pack), { qos: 1 })
    expect(await door.city.quarantine.counts()).toEqual(new Map([['unit', 1]]))
    expect((await told).topic).toBe('minipolis/refused/device-1')
    expect(JSON.parse((await told).text)).toMatchObject([{ code: 'unit' }])
  })

  test('does not acknowledge what could not be made durable', async () => {
    const signer = await door.addDevice(1, 'a')
    const device = await client('device-1')
    await door.city.intake.stop()
    const closed = new Promise<void>((resolve) => device.once('close', () => resolve()))
    let acknowledged = false
    device.publish(PACKS_TOPIC, formatPack(signer.sign(readings(1))), { qos: 1 }, (error) => {
      acknowledged = !error
    })
    await closed
    expect(acknowledged).toBe(false)
    expect(door.city.log.size).toBe(0)
  })

  test('lets clients publish packs only, and listen to readings only', async () => {
    const device = await client('device-1')
    for (const filter of ['#', '$SYS/#', PACKS_TOPIC, 'minipolis/refused/other', 'minipolis/refused/+'])
      await expect(device.subscribeAsync(filter)).rejects.toThrow('Subscribe error')
    const closed = new Promise<void>((resolve) => device.once('close', () => resolve()))
    device.publish('minipolis/readings/a', 'forged', { qos: 0 })
    await closed
  })

  test('passes accepted readings on to those who subscribe', async () => {
    const signer = await door.addDevice(1, 'la/1')
    const listener = await client('listener')
    await listener.subscribeAsync('minipolis/readings/la/#')
    const told = heard(listener)
    await (await client('device-1')).publishAsync(PACKS_TOPIC, formatPack(signer.sign(readings(1))), { qos: 1 })
    expect((await told).topic).toBe('minipolis/readings/la/1')
    expect(JSON.parse((await told).text)).toMatchObject({ id: 'la/1@1', value: '60.5' })
  })

  test('keeps nothing in memory for later: neither sessions nor retained packs', async () => {
    const signer = await door.addDevice(1, 'a')
    const device = await connectAsync(url, {
      protocolVersion: 4,
      clientId: 'device-1',
      clean: false,
      reconnectPeriod: 0,
    })
    await device.subscribeAsync('minipolis/readings/#', { qos: 1 })
    await device.publishAsync(PACKS_TOPIC, formatPack(signer.sign(readings(1))), { qos: 1, retain: true })
    await device.endAsync(true)
    const again = await connectAsync(url, {
      protocolVersion: 4,
      clientId: 'device-1',
      clean: false,
      reconnectPeriod: 0,
    })
    clients.push(again)
    let heardSomething = false
    again.on('message', () => {
      heardSomething = true
    })
    await again.publishAsync(PACKS_TOPIC, formatPack(signer.sign(readings(1))), { qos: 1 })
    await (await client('other')).publishAsync(PACKS_TOPIC, formatPack(signer.sign(readings(1))), { qos: 1 })
    expect(door.city.log.size).toBe(3)
    expect(heardSomething).toBe(false)
  })

  test('ends a connection that announces a packet beyond the limit, before it is sent', async () => {
    const { port } = new URL(url)
    const socket: Socket = openSocket(Number(port), '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f))
    await closed
    // The door still works.
    await client('device-1')
  })

  test('takes the next free port when the one asked for is taken', async () => {
    const second = await createMqttBroker({ city: door.city, metrics: door.metrics, log })
    const { port } = new URL(url)
    const listening = await second.listen({ host: '127.0.0.1', port: Number(port) })
    expect(listening).toMatchObject({ moved: true })
    expect(listening.port).toBeGreaterThan(Number(port))
    await second.close()
  })
})

describe('a broker that somebody else runs', () => {
  test('gives its packs to the city, and keeps those that the city has not acknowledged', async () => {
    const door = await openDoorCity()
    const foreign = await Aedes.createBroker()
    const server = createServer((socket) => foreign.handle(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    const options = { url, clientId: 'minipolis', protocolVersion: 4 as const }
    const parts = { intake: door.city.intake, metrics: door.metrics, log }

    const subscriber = await subscribePacks(options, parts)
    const signer = await door.addDevice(1, 'a')
    const device = await connectAsync(url, { clientId: 'device-1' })
    const packs = Array.from({ length: 20 }, () => formatPack(signer.sign(readings(1))))
    const arrived = new Promise<void>((resolve) => {
      door.city.intake.onAccepted(() => door.city.log.size === 20 && resolve())
    })
    for (const pack of packs.slice(0, 10)) await device.publishAsync(PACKS_TOPIC, pack, { qos: 1 })
    await subscriber.close()
    for (const pack of packs.slice(10)) await device.publishAsync(PACKS_TOPIC, pack, { qos: 1 })
    const again = await subscribePacks(options, parts)
    await arrived
    expect(door.city.intake.counters.gaps).toBe(0)

    await again.close()
    await device.endAsync(true)
    await new Promise<void>((resolve) => foreign.close(() => resolve()))
    await new Promise((resolve) => server.close(resolve))
    await door.close()
  })

  test('has an address of a known form, which is not repeated when it is wrong', async () => {
    const parts = { intake: undefined as never, metrics: undefined as never, log }
    await expect(subscribePacks({ url: 'http://me:secret@x', clientId: 'm' }, parts)).rejects.toMatchObject({
      code: 'broker-url',
      message: expect.not.stringContaining('secret'),
    })
  })
})
