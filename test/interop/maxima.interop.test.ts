import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { toHex, utf8 } from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatMaximaAddress, type ReceivedMessage } from '../../packages/node/src/maxima/index.ts'
import type { NodeCore } from '../../packages/node/src/node/core.ts'
import { type LoopbackNode, startLoopbackChain, startLoopbackNode } from '../../packages/node/test/maxima-loopback.ts'
import { MaximaPeerNode } from '../../packages/node/test/maxima-peer-node.ts'
import { MaximaReference } from './maxima-reference.ts'
import { referenceJar } from './reference-node.ts'

if (referenceJar === undefined) console.log('MINIMA_JAR is not set: no messages are exchanged with a reference node')

interface Identity {
  readonly contact: string
  readonly publickey: string
  readonly mls: string
}

const APPLICATION = 'minipolis.interop'
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const WAIT = { timeout: 40_000, interval: 100 }

describe.skipIf(referenceJar === undefined)('a reference node and ours', () => {
  let reference: MaximaReference
  let core: NodeCore
  let node: LoopbackNode

  beforeAll(async () => {
    core = await startLoopbackChain(random)
    node = await startLoopbackNode(core, random)
    reference = await MaximaReference.start({ genesis: true })
  }, 120_000)

  afterAll(async () => {
    await node?.stop()
    await core?.close()
    await reference?.stop()
  })

  const identity = (): Promise<Identity> => reference.ask('maxima')

  test('a message of ours reaches its listeners under the same name', async () => {
    const { contact, publickey } = await identity()
    const content = { application: APPLICATION, data: utf8('lamp 17 is out') }
    const delivery = await node.maxima.send({ address: contact }, content)
    expect(delivery.status).toBe('ok')
    await expect
      .poll(() => reference.events.find(({ data }) => data.msgid === toHex(delivery.id))?.data, WAIT)
      .toMatchObject({
        from: node.maxima.publicKey,
        application: APPLICATION,
        data: toHex(content.data),
        random: toHex(delivery.message.random),
        timemilli: Number(delivery.message.time.toString()),
      })
    expect(publickey).not.toBe(node.maxima.publicKey)
  })

  test('a message of its reaches our listeners under the same name', async () => {
    const messages: ReceivedMessage[] = []
    const stop = node.maxima.receive((message) => messages.push(message), APPLICATION)
    const to = formatMaximaAddress(node.maxima.ownAddress())
    const sent = await reference.ask<Record<string, unknown>>(
      `maxima action:send to:${to} application:${APPLICATION} data:0x0102FF`,
    )
    expect(sent).toMatchObject({ delivered: true })
    await expect.poll(() => messages, WAIT).toHaveLength(1)
    stop()
    const { msgid, from, random: shown, timemilli } = sent
    expect(messages[0]).toMatchObject({ id: msgid, from, random: shown, timeMs: BigInt(Number(timemilli)) })
    expect(toHex(messages[0]!.data)).toBe('0x0102FF')
  })

  test('it hosts us: messages for us come over the link that we opened', async () => {
    const reached = new Promise<boolean>((resolve) => {
      const stop = node.maxima.watch((event) => {
        if (event.kind !== 'host') return
        stop()
        resolve(event.isConnected)
      })
    })
    const disconnect = await node.links.connect({ port: reference.port })
    expect(await reached).toBe(true)
    const address = node.maxima.ownAddress()
    expect(address.port).toBe(reference.port)
    const arrived = new Promise<ReceivedMessage>((resolve) => node.maxima.receive(resolve, APPLICATION))
    const line = `maxima action:send to:${formatMaximaAddress(address)} application:${APPLICATION} data:relayed`
    expect(await reference.ask(line)).toMatchObject({ delivered: true })
    expect(Buffer.from((await arrived).data).toString()).toBe('relayed')
    disconnect()
    await expect.poll(() => node.maxima.ownAddress().port, WAIT).toBe(node.links.port)
  })

  test('they become contacts of each other, and it is told when it was removed', async () => {
    node.maxima.profile.setName('minipolis')
    const { contact, publickey } = await identity()
    expect((await node.maxima.contacts.add(await node.maxima.resolve({ address: contact }))).status).toBe('ok')
    await expect.poll(() => node.maxima.contacts.find({ publicKey: publickey })?.name, WAIT).toBe('noname')
    const theirs = async (): Promise<object[]> => (await reference.ask<{ contacts: object[] }>('maxcontacts')).contacts
    await expect
      .poll(theirs, WAIT)
      .toMatchObject([{ publickey: node.maxima.publicKey, extradata: { name: 'minipolis' } }])
    await node.maxima.remove(node.maxima.contacts.find({ publicKey: publickey })!.id)
    await expect.poll(theirs, WAIT).toEqual([])
  })

  test('no fault went unnoticed', () => {
    expect(node.faults).toEqual([])
  })
})

describe.skipIf(referenceJar === undefined)('a reference node that connects to ours', () => {
  let node: MaximaPeerNode
  let reference: MaximaReference

  beforeAll(async () => {
    node = new MaximaPeerNode(random)
    await node.start()
    reference = await MaximaReference.start({ connect: [`127.0.0.1:${node.port}`] })
  }, 120_000)

  afterAll(async () => {
    await reference?.stop()
    await node.stop()
    expect(node.faults).toEqual([])
  })

  const hosts = async (): Promise<object[]> => (await reference.ask<{ hosts: object[] }>('maxima action:hosts')).hosts

  test('finds that it can be reached over ours', async () => {
    const host = `127.0.0.1:${node.port}`
    await expect.poll(hosts, WAIT).toMatchObject([{ host, connected: true }])
  })

  test('gets messages over the link that it opened', async () => {
    const { contact } = await reference.ask<Identity>('maxima')
    expect(contact).toContain(`@127.0.0.1:${node.port}`)
    const content = { application: APPLICATION, data: utf8('over our link') }
    const delivery = await node.maxima.send({ address: contact }, content)
    expect(delivery.status).toBe('ok')
    await expect
      .poll(() => reference.events.find(({ data }) => data.msgid === toHex(delivery.id))?.data, WAIT)
      .toMatchObject({ from: node.maxima.publicKey, application: APPLICATION })
  })

  test('stays longer than the half minute after which it leaves peers that do not host it', async () => {
    await delay(45_000)
    expect(await hosts()).toMatchObject([{ connected: true }])
  }, 60_000)

  test('can be asked where it is, by its contacts', async () => {
    const { publickey, mls } = await reference.ask<Identity>('maxima')
    expect(mls).toBe(node.maxima.ownService())
    const known = [...node.maxima.registry.entries()].map(({ key }) => key)
    expect(known).toContain(publickey)
  })
})
