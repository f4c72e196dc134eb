import { randomBytes } from 'node:crypto'
import { MiniNumber } from '@minipolis/minima'
import { afterEach, expect, test } from 'vitest'
import { MinimaNode, type NodeOptions, type PeerEvent } from '../src/index.ts'
import { until } from './peer-node.ts'

const nodes: MinimaNode[] = []

function create(options: Partial<NodeOptions>, told: (event: PeerEvent) => void = () => undefined): MinimaNode {
  const node = new MinimaNode(
    { network: 'dev', file: ':memory:', automine: 'off', ...options },
    { now: Date.now, random: (size) => new Uint8Array(randomBytes(size)), told },
  )
  nodes.push(node)
  return node
}

const addressOf = (node: MinimaNode): { host: string; port: number } => ({ host: '127.0.0.1', port: node.peers!.port })

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

test('a node with a peer to ask begins no chain of its own, and takes part in the peer’s', async () => {
  const city = create({ peers: { port: 0, bind: '127.0.0.1' } })
  await city.start()
  for (let i = 0; i < 5; i++) await city.mineBlock()

  const agency = create({ peers: { connect: [addressOf(city)] } })
  await agency.start()
  expect(agency.tip()).toBeUndefined()
  await until(() => agency.tip()?.id === city.tip()!.id, 'the agency has the city’s chain')

  const address = await agency.address()
  await city.submit({ outputs: [{ address, amount: MiniNumber.of(5) }], fund: true })
  await until(() => agency.tip()?.id === city.tip()!.id, 'the payment is known')
  const block = await agency.mineBlock()
  await until(() => city.tip()!.id === block.id, 'the agency’s block is the tip of the city')
  expect(agency.coins({ address }).map(({ amount }) => amount.toString())).toEqual(['5'])
  expect(city.peers!.peers()).toMatchObject([{ direction: 'incoming', isGreeted: true }])
})

test('a node that got its chain from a peer begins to mine', async () => {
  const city = create({ peers: { port: 0, bind: '127.0.0.1' } })
  await city.start()
  const agency = create({ automine: 'solo', peers: { connect: [addressOf(city)] } })
  await agency.start()
  await until(() => (city.tip()?.number ?? 0) >= 2, 'a block of the agency', 20_000)
})

test('a port that is taken is said by its name, and leaves nothing running', async () => {
  const first = create({ peers: { port: 0, bind: '127.0.0.1' } })
  await first.start()
  const second = create({ peers: { port: first.peers!.port, bind: '127.0.0.1' } })
  await expect(second.start()).rejects.toMatchObject({ code: 'listen-failed' })
  expect(second.isRunning).toBe(false)
})
