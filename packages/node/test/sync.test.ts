import { decode, fromHex, IBD, MiniNumber } from '@minipolis/minima'
import { afterEach, describe, expect, test } from 'vitest'
import { ibdBytes } from '../src/chain/ibd-bytes.ts'
import { answerPeer, archiveBelow } from '../src/chain/index.ts'
import { ChainLoader } from '../src/sync/index.ts'
import { OlderBlocks } from '../src/sync/older-blocks.ts'
import { messageType } from '../src/wire/index.ts'
import { RawPeer } from './attacker.ts'
import { nodeWithHistory, PeerNode, type PeerNodeOptions, until } from './peer-node.ts'
import { turnsDuring } from './turns-during.ts'

const nodes: PeerNode[] = []
const keep = async (node: PeerNode | Promise<PeerNode>): Promise<PeerNode> => {
  const kept = await node
  nodes.push(kept)
  return kept.start()
}

const follower = (of: PeerNode, options: PeerNodeOptions = {}): Promise<PeerNode> =>
  keep(new PeerNode({ ...options, peers: { connect: [of.address], ...options.peers } }))

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

const sameTip = (a: PeerNode, b: PeerNode): Promise<void> =>
  until(
    () => a.tip === b.tip && a.tip !== undefined,
    () => `tips ${a.height} and ${b.height} ${JSON.stringify(b.events)}`,
  )

describe('a fresh node', () => {
  test('takes a young chain from its peer and follows its blocks', async () => {
    const a = await keep(nodeWithHistory(9))
    const b = await follower(a)
    await sameTip(a, b)
    expect(b.branch()).toEqual(a.branch())
    expect(b.coins()).toBe(a.coins())

    await a.mine()
    await sameTip(a, b)
    await b.mine()
    await sameTip(a, b)
    expect(b.height).toBe(11)
  })

  test('takes a chain with a cascade, and its older blocks into the archive', async () => {
    const a = await keep(nodeWithHistory(60))
    const b = await follower(a)
    await sameTip(a, b)
    expect(b.core.chain.cascade.cascade).toEqual(a.core.chain.cascade.cascade)
    expect(b.core.chain.tree.root!.totalWeight).toEqual(a.core.chain.tree.root!.totalWeight)
    await until(() => b.core.store.blocks.oldestArchived() === 1, 'the archive reaches block 1')
    expect(b.progress.at(-1)).toMatchObject({ done: a.core.chain.tree.length, total: a.core.chain.tree.length })
  })

  test('asks all its peers for older blocks, and blames none when each of them answers', async () => {
    const a = await keep(nodeWithHistory(60))
    const b = await follower(a)
    await until(() => b.core.store.blocks.oldestArchived() === 1, 'the archive reaches block 1')
    const again = archiveBelow(a.core.branch, a.core.chain.tree.root!.number)
    expect(new OlderBlocks(b.core, Date.now).take(again)).toEqual({ kind: 'done', added: 0, missing: [] })

    const c = await follower(a, { peers: { connect: [a.address, b.address] } })
    await until(() => c.core.store.blocks.oldestArchived() === 1, 'the archive of the third reaches block 1')
    await sameTip(b, c)
    expect(c.events.filter(({ kind }) => kind === 'blamed')).toEqual([])
  })

  test('takes older blocks from where its own end, and blames nobody for a gap', async () => {
    const a = await keep(nodeWithHistory(60))
    const b = await follower(a)
    await until(() => b.core.store.blocks.oldestArchived() === 1, 'the archive reaches block 1')
    const { number: root } = a.core.chain.tree.root!
    b.core.store.blocks.trimArchive(20)
    const older = new OlderBlocks(b.core, Date.now)
    expect(older.take(archiveBelow(a.core.branch, 15))).toMatchObject({ kind: 'done', added: 0 })
    expect(older.take(archiveBelow(a.core.branch, 20))).toMatchObject({ kind: 'done', added: 19 })

    // For a node whose tree begins later than that of its peer.
    const { blocks } = decode(IBD, archiveBelow(a.core.branch, root + 4))
    expect(blocks.map(({ txpow }) => Number(txpow.header.blockNumber.toString()))).toEqual(
      Array.from({ length: root + 3 }, (_, i) => root + 3 - i),
    )
  })
})

describe('a node that was away', () => {
  test('for longer than the tree goes on from the archive of its peer', async () => {
    const a = await keep(nodeWithHistory(40))
    const b = await follower(a)
    await sameTip(a, b)
    const before = b.height
    b.peers.network.disconnect(a.address)
    for (let i = 0; i < 80; i++) await a.mine()
    expect(a.core.chain.tree.root!.number).toBeGreaterThan(before)

    b.peers.network.connect(a.address)
    await sameTip(a, b)
    expect(b.coins()).toBe(a.coins())
    // Its root moved in other steps than its peer's, and what it is told is still accepted.
    await a.mine()
    await sameTip(a, b)
  })

  test('and lacks more than fits into one answer is sent the blocks that come first', async () => {
    const { chain, branch } = (await keep(nodeWithHistory(60))).core
    const from = chain.tree.root!.number - 10
    const away = { topBlock: MiniNumber.of(from), chain: [branch.byNumber(from)!].map(({ id }) => fromHex(id)) }
    const whole = answerPeer(chain, branch, away).ibd
    for (const bytesMax of [whole.length - 100, 8_000, 0]) {
      const { ibd, isSameChain } = answerPeer(chain, branch, away, bytesMax)
      const { blocks } = decode(IBD, ibd)
      expect(isSameChain).toBe(true)
      expect(ibd.length).toBeLessThan(bytesMax + 100)
      expect(blocks).toEqual(decode(IBD, whole).blocks.slice(0, blocks.length))
      expect(blocks.length > 0).toBe(bytesMax > 0)
    }
  })

  test('and mined its own branch meanwhile comes over to the heavier one, whoever has it', async () => {
    const a = await keep(nodeWithHistory(20))
    const b = await follower(a)
    await sameTip(a, b)
    b.peers.network.disconnect(a.address)
    for (let i = 0; i < 3; i++) await b.mine()
    for (let i = 0; i < 5; i++) await a.mine()
    expect(b.tip).not.toBe(a.tip)

    b.peers.network.connect(a.address)
    await sameTip(a, b)
    expect(b.height).toBe(25)
    // Both know both branches: the blocks that lost still count for what they stand on.
    await until(() => a.core.chain.tree.size === b.core.chain.tree.size, 'both trees are the same size')
  })

  test('with a tip of today asks for whole units in place of a download', async () => {
    let skewMs = 0
    const a = await keep(nodeWithHistory(20))
    const later = (): number => Date.now() + skewMs
    const b = await follower(a, { now: later, blockTime: later })
    await sameTip(a, b)
    b.peers.network.disconnect(a.address)
    for (let i = 0; i < 5; i++) await a.mine()
    // Beyond the first minutes, with a tip that is young.
    skewMs = 5 * 60_000 + 1
    await b.mine()
    b.peers.network.connect(a.address)
    await sameTip(a, b)
    expect(b.progress.filter(({ total }) => total === 5)).toEqual([])
  })
})

describe('a node between chains', () => {
  test('keeps its own when a peer follows another, and says so', async () => {
    const a = await keep(nodeWithHistory(12))
    const b = await keep(nodeWithHistory(9))
    const tip = b.tip
    b.peers.network.connect(a.address)
    await until(
      () => b.events.some(({ kind }) => kind === 'other-chain' || kind === 'disconnected'),
      'the peer is left',
    )
    expect(b.tip).toBe(tip)
    expect(b.events.map(({ kind }) => kind)).toContain('other-chain')
  })

  test('with a cascade reports a heavier one and does not change by itself', async () => {
    const a = await keep(nodeWithHistory(80))
    const b = await keep(nodeWithHistory(40))
    const tip = b.tip
    b.peers.network.connect(a.address)
    await until(() => b.events.some(({ kind }) => kind === 'heavier-chain'), 'the heavier chain is reported')
    expect(b.tip).toBe(tip)
  })

  test('without a chain takes the heaviest that several peers offer', async () => {
    const light = await keep(nodeWithHistory(8))
    const heavy = await keep(nodeWithHistory(30))
    const b = await keep(
      new PeerNode({ peers: { connect: [light.address, heavy.address], compareMs: 500, reconnectMs: 60_000 } }),
    )
    await sameTip(heavy, b)
    expect(b.branch()).toEqual(heavy.branch())
  })
})

test('who sends a false chain and hangs up before it is looked at is blamed all the same', async () => {
  const fresh = await keep(new PeerNode({ peers: { compareMs: 500 } }))
  const peer = await (await RawPeer.open(fresh.peers.network.port, '127.0.0.2')).greeted()
  peer.frame(messageType('ibd'), Buffer.from('0000047fffffff00', 'hex'))
  await peer.flushed()
  peer.close()
  await until(() => fresh.peers.network.peers().length === 0, 'it is gone')
  expect(fresh.events.filter(({ kind }) => kind === 'blamed')).toEqual([])
  await until(() => fresh.events.some(({ kind }) => kind === 'blamed'), 'it is blamed')
})

test('a chain of blocks that are all known leaves others their turns', async () => {
  const { core } = await keep(nodeWithHistory(5))
  const [block] = core.branch.txblockBytes(core.chain.tip!.number, core.chain.tip!.number, 'tree')
  const loader = new ChainLoader({ compareMs: 0, loadsOlder: false }, { holder: core, now: Date.now })
  const ibd = ibdBytes(
    null,
    Array.from({ length: 40_000 }, () => block!),
  )
  // Some 40 ms each; without them there would be two.
  expect(await turnsDuring(loader.download(ibd, 'a peer'))).toBeGreaterThan(5)
})

describe('a node whose disk is full', () => {
  const isFull = (node: PeerNode): boolean =>
    node.events.some((event) => event.kind === 'failed' && (event.error as { code?: string }).code === 'disk-full')

  test.each([
    ['a chain', 110_000],
    ['blocks one by one', 140_000],
  ])('tells its operator, goes on, and blames no peer that sends %s', async (_, storeBytesMax) => {
    const a = await keep(nodeWithHistory(30))
    const b = await follower(a, { storeBytesMax })
    await until(() => b.tip === a.tip || isFull(b), 'the chain is there, or the disk is full')
    for (let i = 0; i < 60 && !isFull(b); i++) {
      const { height } = b
      await a.mine()
      await until(() => b.height > height || isFull(b), 'the block is there, or the disk is full')
    }
    expect(isFull(b)).toBe(true)
    expect(b.events.filter(({ kind }) => kind === 'blamed')).toEqual([])
    expect(b.peers.network.peers()).toMatchObject([{ isGreeted: true }])
  })
})
