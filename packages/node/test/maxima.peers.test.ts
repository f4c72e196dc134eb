import { utf8 } from '@minipolis/minima'
import { afterEach, expect, test } from 'vitest'
import { formatMaximaAddress, type ReceivedMessage } from '../src/maxima/index.ts'
import { MaximaPeerNode, type MaximaPeerNodeOptions } from './maxima-peer-node.ts'
import { createRandom } from './seeded-random.ts'

const WAIT = { timeout: 20_000, interval: 20 }
const nodes: MaximaPeerNode[] = []

const start = async (options?: MaximaPeerNodeOptions): Promise<MaximaPeerNode> => {
  const node = new MaximaPeerNode(createRandom(nodes.length + 50).bytes, options)
  nodes.push(node)
  return node.start()
}

afterEach(async () => {
  const stopped = nodes.splice(0).reverse()
  for (const node of stopped) await node.stop()
  expect(stopped.flatMap(({ faults }) => faults)).toEqual([])
})

test('a fresh node joins a network, is hosted by its peer, and gets messages of a third node', async () => {
  const host = await start()
  const connect = [{ host: '127.0.0.1', port: host.port }]
  const hosted = await start({ connect })
  const other = await start({ connect })
  await expect.poll(() => hosted.maxima.hosts.addresses().length, WAIT).toBe(1)
  await expect.poll(() => other.node.tip(), WAIT).toBeDefined()
  const address = hosted.maxima.ownAddress()
  expect(address.port).toBe(host.port)

  const messages: ReceivedMessage[] = []
  hosted.maxima.receive((message) => messages.push(message), 'city.lamps')
  const content = { application: 'city.lamps', data: utf8('lamp 17 is out') }
  const { status } = await other.maxima.send({ address: formatMaximaAddress(address) }, content)
  expect(status).toBe('ok')
  await expect.poll(() => messages, WAIT).toMatchObject([{ from: other.maxima.publicKey }])

  await other.maxima.contacts.add(address)
  await expect.poll(() => other.maxima.contacts.list(), WAIT).toMatchObject([{ publicKey: hosted.maxima.publicKey }])
  // The chain is short: both compare its first block. The work of messages may have made further ones.
  expect(other.maxima.contacts.list()[0]!.checkHash).toBe(host.node.block({ number: 1 })!.id)
})

test('a node whose host goes away tells its contacts its new address', async () => {
  const host = await start()
  const hosted = await start({ connect: [{ host: '127.0.0.1', port: host.port }] })
  await expect.poll(() => hosted.maxima.hosts.addresses().length, WAIT).toBe(1)
  const friend = await start({ connect: [{ host: '127.0.0.1', port: hosted.port }] })
  await expect.poll(() => friend.node.tip(), WAIT).toBeDefined()
  await friend.maxima.contacts.add(hosted.maxima.ownAddress())
  const addressOfHosted = (): string | undefined => friend.maxima.contacts.list()[0]?.address
  await expect.poll(addressOfHosted, WAIT).toContain(`:${host.port}`)
  await expect.poll(() => hosted.maxima.contacts.list().length, WAIT).toBe(1)
  await host.stop()
  await expect.poll(addressOfHosted, WAIT).toContain(`:${hosted.port}`)
})
