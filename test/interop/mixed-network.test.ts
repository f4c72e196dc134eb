import { floorWeight as floorOf, MiniNumber } from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PeerNode, until } from '../../packages/node/test/peer-node.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'

/** Blocks mined in turn by our nodes. */
const BLOCKS = Number(process.env.INTEROP_BLOCKS ?? 100)
const HISTORY = 60
/** Slower than the network aims at, so that the difficulty stays the easiest: near its root a node of the test network judges it wrongly. */
const BLOCK_MS = 40_000
/** Free ports for the nodes of the reference, ten apart. */
const PORTS = 21_000 + (process.pid % 400) * 20
const BILLION = '1000000000'
const SYNC_MS = 90_000
const SPREAD_MS = 20_000

if (referenceJar === undefined) {
  console.log('MINIMA_JAR does not name the program of the reference: the interoperability tests are skipped')
}

/** Blocks come at their pace whatever the machine does: their times start in the past. */
let blockMs = Date.now() - (HISTORY + 120) * BLOCK_MS
const ours: PeerNode[] = []
const references: ReferenceNode[] = []

const create = async (connect: readonly PeerNode[] = [], more: readonly number[] = []): Promise<PeerNode> => {
  const addresses = [...connect.map(({ address }) => address), ...more.map((port) => ({ host: '127.0.0.1', port }))]
  const node = new PeerNode({ blockTime: () => blockMs, peers: { connect: addresses, reconnectMs: 1_000 } })
  ours.push(node)
  return node.start()
}

/** They test within a minute whether they can be reached through us by message, and leave if not. */
const refer = async (connect: readonly PeerNode[]): Promise<ReferenceNode> => {
  const reference = await ReferenceNode.start({
    port: PORTS + references.length * 10,
    more: ['-allowallip'],
    connect: connect.map(({ address }) => `127.0.0.1:${address.port}`),
  })
  references.push(reference)
  return reference
}

async function mine(node: PeerNode): Promise<void> {
  blockMs += BLOCK_MS
  await node.mine()
}

/** All nodes named have the tip of the first. */
async function spread(nodes: readonly PeerNode[], others: readonly ReferenceNode[], ms = SPREAD_MS): Promise<void> {
  const first = nodes[0]!
  await until(
    () => nodes.every(({ tip }) => tip === first.tip),
    () => `one tip: ${nodes.map(({ height }) => height)}`,
    ms,
  )
  for (const other of others) {
    await other.until(async () => (await other.status()).hash === first.tip, ms)
  }
}

interface ReferenceCoin {
  readonly coinid: string
  readonly amount: string
}

const addressOf = async (reference: ReferenceNode): Promise<string> =>
  ((await reference.rpc('getaddress')) as { address: string }).address

describe.skipIf(referenceJar === undefined)('with nodes of the reference', { timeout: 600_000 }, () => {
  let a: PeerNode
  let r1: ReferenceNode

  beforeAll(async () => {
    a = await create()
    await a.begin()
    for (let i = 1; i < HISTORY; i++) await mine(a)
  }, 120_000)

  afterAll(async () => {
    await Promise.all([...ours.map((node) => node.stop()), ...references.map((reference) => reference.stop())])
  })

  test('a fresh reference node takes our chain with its cascade, and stays', async () => {
    r1 = await refer([a])
    await spread([a], [r1], SYNC_MS)
    const { weight } = await r1.status()
    expect(weight).toBe(weightOf(a))
    await mine(a)
    await spread([a], [r1])
  })

  test('money, tokens and script coins go both ways', async () => {
    await a.send({ outputs: [{ address: await addressOf(r1), amount: MiniNumber.of(1_000) }], fund: true })
    for (let i = 0; i < 5; i++) await mine(a)
    await spread([a], [r1])
    const coins = (await r1.rpc('coins sendable:true')) as unknown as ReferenceCoin[]
    expect(coins.map(({ amount }) => amount)).toEqual(['1000'])

    const before = balanceOf(a)
    const answer = await r1.rpc(`send amount:10 address:${await a.core.wallet.address()}`)
    expect(answer).not.toHaveProperty('error')
    await until(() => a.core.pool.size > 0 || balanceOf(a).moreThan(before), 'the payment arrives', SPREAD_MS)
    for (let i = 0; i < 5; i++) await mine(a)
    await until(() => balanceOf(a).equals(before.add(MiniNumber.of(10))), 'the payment is in a block', SPREAD_MS)
    await spread([a], [r1])

    expect(await r1.rpc('tokencreate name:sand amount:50')).not.toHaveProperty('error')
    await until(() => a.core.pool.size > 0 || tokensOf(a) > 0, 'the token arrives', SPREAD_MS)
    for (let i = 0; i < 5; i++) await mine(a)
    await until(() => tokensOf(a) > 0, 'the token is in a block', SPREAD_MS)
    await spread([a], [r1])
  })

  test('our fresh node takes the chain of a reference node: tip, weight and coins are the same', async () => {
    const fresh = await create([], [r1.port])
    await spread([fresh, a], [r1], SYNC_MS)
    expect(fresh.coins()).toBe(a.coins())
    expect(String(floorOf(fresh.core.chain.cascade.weight))).toBe((await r1.status()).cascadeWeight)
    const listed = (await r1.rpc('coins relevant:false')) as unknown as ReferenceCoin[]
    const known = new Set(
      [...fresh.core.chain.coins.all()].map(({ coinId }) => `0x${Buffer.from(coinId).toString('hex').toUpperCase()}`),
    )
    expect(listed.filter(({ coinid }) => !known.has(coinid) && isYoung(fresh, coinid))).toEqual([])
  })

  test(`two reference nodes and three of ours agree over ${BLOCKS} blocks, a partition of ten and its end`, async () => {
    const b = await create([a])
    const c = await create([a, b])
    const r2 = await refer([b])
    await spread([a, b, c], [r1, r2], SYNC_MS)
    const turns = [a, b, c]
    for (let i = 0; i < BLOCKS; i++) {
      const node = turns[i % turns.length]!
      await mine(node)
      if (i % 20 === 10) {
        const address = await addressOf(r2)
        await a.send({ outputs: [{ address, amount: MiniNumber.of(7) }], fund: true }).catch(() => undefined)
        await r1.rpc(`send amount:1 address:${await b.core.wallet.address()}`)
      }
      await spread(turns, [], SPREAD_MS)
    }
    await spread(turns, [r1, r2])

    // {a, r1} and {b, c, r2}
    for (const node of [b, c]) node.peers.network.disconnect(a.address)
    for (let i = 0; i < 10; i++) {
      await mine(a)
      await mine(i % 2 === 0 ? b : c)
      await spread([b, c], [])
    }
    await mine(b)
    expect(a.tip).not.toBe(b.tip)
    for (const node of [b, c]) node.peers.network.connect(a.address)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    for (let i = 0; i < 3; i++) {
      await mine(c)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    await spread([c, a, b], [r1, r2], SYNC_MS)
    for (const node of turns) expect(node.core.chain.tip!.header.mmrTotal.toString()).toBe(BILLION)
    // Nobody was left, blamed or refused over all that time, but for the partition.
    const faults = turns.flatMap(({ events }) => events.filter(({ kind }) => kind === 'blamed' || kind === 'failed'))
    expect(faults).toEqual([])
    const left = a.events.filter(
      (event) => event.kind === 'disconnected' && event.peer.address?.endsWith(`:${r1.port}`),
    )
    expect(left.filter((event) => event.kind === 'disconnected' && event.peer.direction === 'incoming')).toEqual([])
    for (const reference of references) expect(reference.log).not.toMatch(/invalid (block|txpow)/i)
  })
})

const weightOf = ({ core }: PeerNode): string => {
  const { root } = core.chain.tree
  return String(floorOf(root!.totalWeight) + floorOf(core.chain.cascade.weight))
}

const balanceOf = ({ core }: PeerNode): MiniNumber =>
  core.chain
    .relevantCoins()
    .filter(({ token }) => token === null)
    .reduce((sum, { amount }) => sum.add(amount), MiniNumber.ZERO)

const tokensOf = ({ core }: PeerNode): number =>
  [...core.chain.coins.all()].filter(({ token }) => token !== null).length

/** Coins that were made above the root: older ones are only known to whoever they concern. */
const isYoung = ({ core }: PeerNode, coinId: string): boolean => core.chain.coins.get(coinId) !== undefined
