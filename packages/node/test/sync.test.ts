import { afterEach, describe, expect, test } from 'vitest'
import { nodeWithHistory, PeerNode, type PeerNodeOptions, until } from './peer-node.ts'

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
})
