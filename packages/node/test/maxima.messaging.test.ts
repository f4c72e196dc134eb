import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex, toHex, utf8 } from '@minipolis/minima'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formatMaximaAddress, type Maxima, type MaximaEvent, type ReceivedMessage } from '../src/maxima/index.ts'
import { CONTENT_BYTES_MAX } from '../src/maxima/message.ts'
import { OUTBOX_MS_MAX } from '../src/maxima/outbox.ts'
import type { NodeCore } from '../src/node/core.ts'
import { type LoopbackNode, startLoopbackChain, startLoopbackNode } from './maxima-loopback.ts'
import { createRandom } from './seeded-random.ts'

const APPLICATION = 'city.lamps'
const nodes: LoopbackNode[] = []
const DELAY_MS = 60_000
let seed = 1
let core: NodeCore

beforeAll(async () => {
  core = await startLoopbackChain(createRandom(seed++).bytes)
})
afterAll(() => core.close())

async function start(): Promise<LoopbackNode> {
  const node = await startLoopbackNode(core, createRandom(seed++).bytes)
  nodes.push(node)
  return node
}

afterEach(async () => {
  const faults = nodes.flatMap((node) => node.faults)
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
  expect(faults).toEqual([])
})

const nextEvent = <K extends MaximaEvent['kind']>(
  maxima: Maxima,
  kind: K,
  fits: (event: Extract<MaximaEvent, { kind: K }>) => boolean = () => true,
): Promise<Extract<MaximaEvent, { kind: K }>> =>
  new Promise((resolve) => {
    const stop = maxima.watch((event) => {
      const found = event as Extract<MaximaEvent, { kind: K }>
      if (event.kind !== kind || !fits(found)) return
      stop()
      resolve(found)
    })
  })

const nextMessage = (maxima: Maxima): Promise<ReceivedMessage> =>
  new Promise((resolve) => {
    const stop = maxima.receive((message) => {
      stop()
      resolve(message)
    }, APPLICATION)
  })

const content = (text: string): { application: string; data: Uint8Array } => ({
  application: APPLICATION,
  data: utf8(text),
})

/** Both have the other as a contact when this ends. */
async function befriend(a: LoopbackNode, b: LoopbackNode): Promise<void> {
  const known = Promise.all([
    nextEvent(a.maxima, 'contacts', () => a.maxima.contacts.find({ publicKey: b.maxima.publicKey }) !== undefined),
    nextEvent(b.maxima, 'contacts', () => b.maxima.contacts.find({ publicKey: a.maxima.publicKey }) !== undefined),
  ])
  await b.maxima.contacts.add(a.maxima.ownAddress())
  await known
}

describe('two nodes', () => {
  test('exchange messages directly', async () => {
    const [a, b] = [await start(), await start()]
    const arrived = nextMessage(b.maxima)
    const delivery = await a.maxima.send(
      { address: formatMaximaAddress(b.maxima.ownAddress()) },
      content('lamp 17 is out'),
    )
    expect(delivery.status).toBe('ok')
    const message = await arrived
    expect(message).toMatchObject({ from: a.maxima.publicKey, id: toHex(delivery.id), application: APPLICATION })
    expect(Buffer.from(message.data).toString()).toBe('lamp 17 is out')
  })

  test('reach one of them over the link that it opened', async () => {
    const [a, b] = [await start(), await start()]
    const reached = nextEvent(b.maxima, 'host')
    await b.links.connect(a.links)
    expect(await reached).toMatchObject({ host: `127.0.0.1:${a.links.port}`, isConnected: true })
    const address = b.maxima.ownAddress()
    expect(address.port).toBe(a.links.port)
    const arrived = nextMessage(b.maxima)
    expect((await a.maxima.send({ address: formatMaximaAddress(address) }, content('over the host'))).status).toBe('ok')
    expect(Buffer.from((await arrived).data).toString()).toBe('over the host')
  })

  test('cannot be reached by an address that was given up', async () => {
    const [a, b] = [await start(), await start()]
    const reached = nextEvent(b.maxima, 'host')
    const disconnect = await b.links.connect(a.links)
    await reached
    const old = { address: formatMaximaAddress(b.maxima.ownAddress()) }
    const lost = nextEvent(b.maxima, 'host', ({ isConnected }) => !isConnected)
    disconnect()
    await lost
    expect(b.maxima.ownAddress().port).toBe(b.links.port)
    expect((await a.maxima.send(old, content('nobody is there'))).status).toBe('unknown')
  })

  test('become contacts of each other in three messages', async () => {
    const [a, b] = [await start(), await start()]
    a.maxima.profile.setName('alice;"')
    await befriend(a, b)
    const alice = b.maxima.contacts.find({ publicKey: a.maxima.publicKey })!
    expect(alice.name).toBe('alice')
    expect(alice.address).toBe(formatMaximaAddress(a.maxima.ownAddress()))
    const arrived = nextMessage(a.maxima)
    await b.maxima.send({ contact: alice.id }, content('by number'))
    expect((await arrived).from).toBe(b.maxima.publicKey)
  })

  test('forget each other when one removes the other', async () => {
    const [a, b] = [await start(), await start()]
    await befriend(a, b)
    const gone = nextEvent(a.maxima, 'contacts', () => a.maxima.contacts.list().length === 0)
    await b.maxima.remove(b.maxima.contacts.list()[0]!.id)
    expect(b.maxima.contacts.list()).toEqual([])
    await gone
  })

  test('refuse strangers as contacts when that is closed, and take those that are allowed', async () => {
    const [a, b] = [await start(), await start()]
    a.maxima.contacts.setOpen(false)
    expect((await b.maxima.contacts.add(a.maxima.ownAddress())).status).toBe('ok')
    expect(a.maxima.contacts.list()).toEqual([])
    a.maxima.contacts.allow(b.maxima.publicKey)
    await befriend(a, b)
    expect(a.maxima.contacts.list()).toHaveLength(1)
  })
})

describe('a posted message', () => {
  test('is kept until the application acknowledges it', async () => {
    const [a, b] = [await start(), await start()]
    await befriend(a, b)
    b.maxima.receive((message) => b.maxima.acknowledge(message), APPLICATION)
    const outcome = nextEvent(a.maxima, 'posted', (event) => event.outcome === 'acknowledged')
    const id = a.maxima.post({ publicKey: b.maxima.publicKey }, content('please confirm'), { wantsReceipt: true })
    expect((await outcome).id).toBe(id)
    expect(a.maxima.waiting).toBe(0)
  })

  test('is refused when it is for nobody, or larger than any node takes', async () => {
    const a = await start()
    expect(() => a.maxima.post({ contact: 77 }, content('to nobody'))).toThrow(
      expect.objectContaining({ code: 'unknown-contact' }),
    )
    const large = { application: APPLICATION, data: new Uint8Array(CONTENT_BYTES_MAX) }
    expect(() => a.maxima.post({ publicKey: a.maxima.publicKey }, large)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
    expect(() => a.maxima.post({ address: 'nowhere' }, content('to nobody'))).toThrow(
      expect.objectContaining({ code: 'bad-address' }),
    )
  })

  describe('that is for later', () => {
    let folder: string
    let b: LoopbackNode
    let file: string

    const startAgain = async (laterMs: number): Promise<LoopbackNode> => {
      const again = await startLoopbackNode(core, createRandom(seed++).bytes, {
        file,
        now: () => Date.now() + laterMs,
      })
      nodes.push(again)
      return again
    }

    /** A node that posted a message to `b` for later, and was stopped before. */
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'maxima-'))
      file = join(folder, 'maxima.sqlite')
      b = await start()
      const a = await startLoopbackNode(core, createRandom(seed++).bytes, { file })
      await befriend(a, b)
      a.maxima.post({ publicKey: b.maxima.publicKey }, content('kept'), { delayMs: DELAY_MS })
      await a.stop()
      expect(a.faults).toEqual([])
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    test('is kept over a restart, with the identity and the contacts', async () => {
      const arrived = nextMessage(b.maxima)
      const again = await startAgain(2 * DELAY_MS)
      const message = await arrived
      expect(Buffer.from(message.data).toString()).toBe('kept')
      expect(message.from).toBe(again.maxima.publicKey)
      expect(again.maxima.contacts.list()).toHaveLength(1)
    })

    test('is given up after a day', async () => {
      const again = await startAgain(OUTBOX_MS_MAX + 2 * DELAY_MS)
      const arrived: ReceivedMessage[] = []
      b.maxima.receive((message) => arrived.push(message))
      await expect.poll(() => again.maxima.waiting).toBe(0)
      expect(arrived).toEqual([])
    })
  })
})

describe('a location service', () => {
  test('tells contacts of a node where it is, and nobody else', async () => {
    const [service, a, b] = [await start(), await start(), await start()]
    const reached = nextEvent(a.maxima, 'host')
    await a.links.connect(service.links)
    await reached
    const own = formatMaximaAddress(a.maxima.ownAddress())
    expect(a.maxima.locations.service()).toBe(service.maxima.ownService())
    await befriend(a, b)
    await a.maxima.locations.register(a.maxima.locations.service())
    const where = { ...service.maxima.ownAddress() }
    const found = await b.maxima.locations.lookUp(where, a.maxima.publicKey)
    expect(found.address).toBe(own)
    const stranger = await start()
    await expect(stranger.maxima.locations.lookUp(where, a.maxima.publicKey)).rejects.toMatchObject({
      code: 'lookup-failed',
    })
    service.maxima.profile.setPermanentKeys([a.maxima.publicKey])
    const address = `MAX#${a.maxima.publicKey}#${service.maxima.ownService()}`
    expect(toHex((await stranger.maxima.resolve({ address })).key)).toBe(toHex(a.maxima.ownAddress().key))
    expect(fromHex(a.maxima.publicKey)).toHaveLength(162)
  })
})
