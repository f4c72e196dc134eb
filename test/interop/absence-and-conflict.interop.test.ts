import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PeerNode, until } from '../../packages/node/test/peer-node.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'

/** Blocks of the tree of the test network. */
const TREE = 32
const HISTORY = 60
/** Slower than the network aims at, so that the difficulty stays the easiest. */
const BLOCK_MS = 40_000
const SYNC_MS = 90_000

let blockMs = Date.now() - (HISTORY + 8 * TREE) * BLOCK_MS
const ours: PeerNode[] = []
let a: PeerNode
let reference: ReferenceNode

const create = async (ports: readonly number[], blockTime = (): number => blockMs): Promise<PeerNode> => {
  const connect = ports.map((port) => ({ host: '127.0.0.1', port }))
  const node = new PeerNode({ blockTime, peers: { connect, reconnectMs: 1_000 } })
  ours.push(node)
  return node.start()
}

async function mine(node: PeerNode, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    blockMs += BLOCK_MS
    await node.mine()
  }
}

/** It makes blocks of its own now and then: what counts is that both have the same one at some moment. */
const agree = (node: PeerNode, ms = SYNC_MS): Promise<void> =>
  reference.until(async () => (await reference.status()).hash === node.tip, ms)

const isGreeted = (node: PeerNode): boolean => node.peers.network.peers().some((peer) => peer.isGreeted)

describe.skipIf(referenceJar === undefined)('a reference node and ours', { timeout: 400_000 }, () => {
  beforeAll(async () => {
    a = await create([])
    await a.begin()
    await mine(a, HISTORY)
    reference = await ReferenceNode.start({
      more: ['-allowallip'],
      connect: [`127.0.0.1:${a.peers.network.port}`],
    })
    await agree(a)
  }, 200_000)

  afterAll(async () => {
    await Promise.all([...ours.map((node) => node.stop()), reference?.stop()])
  })

  test('agree again when the reference was away for longer than its tree', async () => {
    await reference.rpc('disconnect uid:all')
    await until(() => !isGreeted(a), 'it is away', 30_000)
    const before = a.height
    await mine(a, TREE + 20)
    expect(a.core.chain.tree.root!.number).toBeGreaterThan(before)
    await reference.rpc(`connect host:127.0.0.1:${a.peers.network.port}`)
    await agree(a)
  })

  test('agree again when ours was away for longer than its tree, and has only the reference to ask', async () => {
    const away = await create([reference.port])
    await until(() => away.tip === a.tip, 'it has the chain', SYNC_MS)
    away.peers.network.disconnect({ host: '127.0.0.1', port: reference.port })
    const before = away.height
    await mine(a, TREE + 20)
    await agree(a)
    expect(away.height).toBe(before)
    away.peers.network.connect({ host: '127.0.0.1', port: reference.port })
    await until(
      () => away.tip === a.tip,
      () => `${away.height} of ${a.height}`,
      SYNC_MS,
    )
    expect(away.coins()).toBe(a.coins())
    await mine(a, 1)
    await until(() => away.tip === a.tip, 'it follows', SYNC_MS)
  })

  test.each([
    ['lighter', 9],
    ['heavier', 6 * TREE],
  ])('with %s histories that share nothing each keep their own, and ours says so', async (_, blocks) => {
    let ms = Date.now() - (blocks + 20) * BLOCK_MS
    const other = await create([], () => ms)
    await other.begin()
    for (let i = 1; i < blocks; i++) {
      ms += BLOCK_MS
      await other.mine()
    }
    const { tip } = other
    other.peers.network.connect({ host: '127.0.0.1', port: reference.port })
    const kinds = (): string[] => other.events.map(({ kind }) => kind)
    await until(
      () => kinds().some((kind) => kind === 'other-chain' || kind === 'heavier-chain' || kind === 'disconnected'),
      () => JSON.stringify(other.events),
      SYNC_MS,
    )
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(other.tip).toBe(tip)
    expect(other.events.filter(({ kind }) => kind === 'blamed' || kind === 'failed')).toEqual([])
    other.peers.network.disconnect({ host: '127.0.0.1', port: reference.port })

    await mine(a, 1)
    await agree(a)
    expect(a.events.filter(({ kind }) => kind === 'blamed' || kind === 'failed')).toEqual([])
  })
})
