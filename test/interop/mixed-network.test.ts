import { MiniNumber } from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../packages/node/test/seeded-random.ts'
import { agree, type ChainNode, haveOneTip, placeOf, waitFor } from './chain-node.ts'
import { CommandedNode } from './commanded-node.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'
import { expectSameChain } from './same-chain.ts'

const SEED = Number(process.env.INTEROP_SEED ?? 1)
/** Blocks that the five nodes make in turn. */
const BLOCKS = Number(process.env.INTEROP_BLOCKS ?? 100)
/** More than the tree holds, so that the cascade has several levels. */
const HISTORY = 60
/** Slower than the network aims at, so that the difficulty stays the easiest: near its root a node of the test network judges it wrongly. */
const BLOCK_MS = 40_000
const BILLION = '1000000000'
const START_MS = 300_000
const SYNC_MS = 120_000
const SPREAD_MS = 60_000
/** A node of the reference makes every so many blocks: its blocks have the time of the clock, ours are to keep the chain's. */
const REFERENCE_TURN = 5
/** Payments go both ways every so many blocks, and are looked for when half as many more have passed. */
const PAYMENTS_EVERY = 20
/** Blocks of each side of the partition. */
const APART = 10

if (referenceJar === undefined) {
  console.log('MINIMA_JAR does not name the program of the reference: the interoperability tests are skipped')
}

/** Blocks come at their pace whatever the machine does: their times start in the past. */
let blockMs = Date.now() - (HISTORY + BLOCKS + 100) * BLOCK_MS
const random = createRandom(SEED)
const ours: CommandedNode[] = []
const references: ReferenceNode[] = []
/** Blocks that ours made. */
const made: string[] = []

const create = async (connect: readonly number[] = []): Promise<CommandedNode> => {
  const peers = { connect: connect.map((port) => ({ host: '127.0.0.1', port })), reconnectMs: 1_000 }
  const node = await CommandedNode.start({ blockTime: () => blockMs, peers, random: random.bytes })
  ours.push(node)
  return node
}

/** They test within a minute whether they can be reached through us by message, and leave if not. */
const refer = async (connect: readonly CommandedNode[]): Promise<ReferenceNode> => {
  const reference = await ReferenceNode.start({
    more: ['-allowallip'],
    connect: connect.map(({ peer }) => `127.0.0.1:${peer.address.port}`),
  })
  references.push(reference)
  return reference
}

async function mine(node: ChainNode): Promise<void> {
  blockMs += BLOCK_MS
  await node.mine()
  if (node instanceof CommandedNode) made.push(node.peer.tip!)
}

/** Waits until nodes have one tip. */
const spread = (nodes: readonly ChainNode[], ms = SPREAD_MS): Promise<void> => agree(nodes, () => mine(nodes[0]!), ms)

/** Waits until new nodes have the chain. */
const synced = (nodes: readonly ChainNode[]): Promise<void> =>
  waitFor('the chain is there', () => haveOneTip(nodes), SYNC_MS)

const addressOf = async (node: ChainNode): Promise<string> =>
  (await node.ask<{ address: string }>('getaddress')).address

/** @returns id of the transaction */
async function pay(from: ChainNode, to: ChainNode, amount: number): Promise<string> {
  const { body } = await from.ask<{ body: { txn: { transactionid: string } } }>(
    `send address:${await addressOf(to)} amount:${amount}`,
  )
  return body.txn.transactionid
}

/** What the wallets of all nodes hold, in Minima; coins of tokens are coloured Minima. */
async function wealthOf(nodes: readonly ChainNode[]): Promise<string> {
  const amounts = new Map<string, MiniNumber>()
  for (const node of nodes) {
    for (const { coinid, amount } of await node.ask<{ coinid: string; amount: string }[]>('coins relevant:true')) {
      amounts.set(coinid, MiniNumber.parse(amount))
    }
  }
  return [...amounts.values()].reduce((sum, amount) => sum.add(amount), MiniNumber.ZERO).toString()
}

describe.skipIf(referenceJar === undefined)('with nodes of the reference', { timeout: 900_000 }, () => {
  let a: CommandedNode
  let r1: ReferenceNode

  beforeAll(async () => {
    a = await create()
    await a.peer.begin()
    for (let i = 0; i < 5; i++) await mine(a)
    await writeHistory(a)
    while (a.peer.height < HISTORY) await mine(a)
  }, START_MS)

  afterAll(async () => {
    await Promise.all([...ours.map((node) => node.stop()), ...references.map((reference) => reference.stop())])
  })

  /** Tokens, script coins, states and payments, some older than the tree and some within. */
  async function writeHistory(node: CommandedNode): Promise<void> {
    const { address: open } = await node.ask<{ address: string }>('newscript trackall:true script:"RETURN TRUE"')
    const { address: aged } = await node.ask<{ address: string }>(
      'newscript trackall:true script:"RETURN @COINAGE GTE 5 AND STATE(1) EQ PREVSTATE(1)"',
    )
    const lines = async (): Promise<string[]> => [
      `send address:${await addressOf(node)} amount:5000 split:10`,
      'tokencreate name:sand amount:1000 decimals:2',
      `send address:${open} amount:3`,
      `send address:${aged} amount:4 state:{"1":"0xFF","2":"[lamp 17]"}`,
      `send address:${await addressOf(node)} amount:1 state:{"0":"12.5"} split:3`,
    ]
    for (let round = 0; round < 2; round++) {
      for (const line of await lines()) {
        for (let i = 0; i < 4; i++) await mine(node)
        await node.ask(`${line} mine:true`)
      }
    }
  }

  test('a fresh reference node takes our chain with its cascade, tokens and script coins, and stays', async () => {
    r1 = await refer([a])
    await synced([a, r1])
    const { cascadeLength, coins } = await expectSameChain([r1, a], { isFresh: true, ms: SPREAD_MS })
    expect(cascadeLength).toBeGreaterThan(8)
    expect(JSON.stringify(coins)).toContain('[lamp 17]')
    await mine(a)
    await spread([a, r1])
    await expectSameChain([a, r1], { isFresh: true, ms: SPREAD_MS })
  })

  test('money and tokens go both ways', async () => {
    const paid = await pay(a, r1, 1_000)
    await expectPlaced([paid], [a, r1])
    for (let i = 0; i < 4; i++) await mine(a)
    await spread([a, r1])
    const coins = await r1.ask<{ amount: string }[]>('coins sendable:true')
    expect(coins.map(({ amount }) => amount)).toEqual(['1000'])

    const back = await pay(r1, a, 10)
    await expectPlaced([back], [a, r1])
    for (let i = 0; i < 4; i++) await mine(a)
    await spread([a, r1])
    const { body } = await r1.ask<{ body: { txn: { transactionid: string } } }>('tokencreate name:gravel amount:50')
    await expectPlaced([body.txn.transactionid], [a, r1])
    expect(JSON.stringify(await a.ask('tokens'))).toContain('gravel')
    expect(await wealthOf([a, r1])).toBe(BILLION)
    await expectSameChain([a, r1], { isFresh: false, ms: SPREAD_MS })
  })

  test('our fresh node takes the chain of a reference node: tip, weights, cascade and coins are the same', async () => {
    const fresh = await create([r1.port])
    await synced([fresh, a, r1])
    const { cascadeLength } = await expectSameChain([fresh, r1], { isFresh: true, ms: SPREAD_MS })
    expect(cascadeLength).toBeGreaterThan(8)
    await mine(a)
    await spread([a, fresh, r1])
    await expectSameChain([fresh, a, r1], { isFresh: false, ms: SPREAD_MS })
  })

  test(`two reference nodes and three of ours agree over ${BLOCKS} blocks, a partition of ${APART} and its end`, async () => {
    const b = await create([a.peer.address.port])
    const c = await create([a.peer.address.port, b.peer.address.port])
    const r2 = await refer([b])
    const all = [a, b, c, r1, r2]
    await synced(all)

    const turns: readonly CommandedNode[] = [a, b, c]
    const paid: string[] = []
    for (let i = 1; i <= BLOCKS; i++) {
      const isTheirs = i % REFERENCE_TURN === 0
      await mine(isTheirs ? references[(i / REFERENCE_TURN) % references.length]! : turns[i % turns.length]!)
      if (i % PAYMENTS_EVERY === PAYMENTS_EVERY / 2) {
        paid.push(await pay(a, r2, 7), await pay(r1, b, 1))
      }
      await spread(turns)
      if (i % PAYMENTS_EVERY === 0) await expectPlaced(paid.splice(0), all)
    }
    await spread(all)
    expect(await wealthOf(all)).toBe(BILLION)

    // {a, r1} and {b, c, r2}
    for (const { peer } of [b, c]) peer.peers.network.disconnect(a.peer.address)
    const apart = [await pay(a, r1, 3), await pay(r2, b, 2)]
    for (let i = 0; i < APART; i++) {
      await mine(a)
      await mine(i % 2 === 0 ? b : c)
      await spread([b, c])
    }
    await mine(b)
    await spread([a, r1])
    await spread([b, c, r2])
    expect(a.peer.tip).not.toBe(b.peer.tip)

    for (const { peer } of [b, c]) peer.peers.network.connect(a.peer.address)
    // Forks that were made apart are over when the heavier side has grown.
    await mine(c)
    await spread([c, b])
    await spread([c, b, a, r1, r2], SYNC_MS)
    // What one side did is done on the chain of both: blocks of the lighter side gave their transactions back.
    await expectPlaced(apart, all)
    const { tip } = await expectSameChain(all, { isFresh: false, ms: SPREAD_MS })
    expect(tip).toMatchObject({ minima: BILLION })
    expect(await wealthOf(all)).toBe(BILLION)

    await expectNothingRefused(a)
  })

  /** Has blocks made until the transactions are in the chain, each in the same block of all nodes. */
  async function expectPlaced(ids: readonly string[], nodes: readonly ChainNode[]): Promise<void> {
    for (const id of ids) {
      await waitFor(
        `all have ${id}`,
        async () => {
          const [place, ...others] = await Promise.all(nodes.map((node) => placeOf(node, id)))
          const isEverywhere = place !== undefined && others.every((other) => other?.blockId === place.blockId)
          if (!isEverywhere) await mine(a)
          await spread(nodes)
          return isEverywhere
        },
        SYNC_MS,
      )
    }
  }

  /** The reference knows every block that ours made and found no fault with anything; nobody was left, blamed or given up. */
  async function expectNothingRefused(first: CommandedNode): Promise<void> {
    for (const reference of references) {
      expect(reference.refusals).toEqual([])
    }
    for (const id of made) {
      expect(await r1.reply(`txpow txpowid:${id}`)).toMatchObject({ status: true })
    }
    for (const { peer, faults } of ours) {
      expect(peer.events.filter(({ kind }) => kind === 'blamed' || kind === 'failed')).toEqual([])
      expect(faults).toEqual([])
    }
    const left = first.peer.events.filter(
      (event) => event.kind === 'disconnected' && event.peer.address?.endsWith(`:${r1.port}`),
    )
    expect(left.filter((event) => event.kind === 'disconnected' && event.peer.direction === 'incoming')).toEqual([])
  }
})
