import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { P2P_DEFAULTS, type P2PSettings } from '../src/peers/index.ts'
import { nodeWithHistory, PeerNode, until } from './peer-node.ts'

const nodes: PeerNode[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'))
  folders.push(folder)
  return join(folder, 'node.sqlite')
}

const settings = (seeds: P2PSettings['seeds']): P2PSettings => ({
  ...P2P_DEFAULTS,
  allowInternal: true,
  host: '127.0.0.1',
  links: 2,
  loopMs: 300,
  seeds,
})

const portsOf = (node: PeerNode): Set<string> =>
  new Set(
    node.peers.network
      .peers()
      .flatMap(({ address, isGreeted }) => (isGreeted && address !== undefined ? [address] : [])),
  )

test('nodes that know one node find each other, and stay in touch when that one goes', async () => {
  const first = await nodeWithHistory(6, { peers: { p2p: settings([]) } })
  nodes.push(await first.start())
  for (let i = 0; i < 3; i++) {
    const node = new PeerNode({ peers: { p2p: settings([first.address]) } })
    nodes.push(await node.start())
  }
  const [, ...others] = nodes
  const own = (node: PeerNode): string => `127.0.0.1:${node.peers.network.port}`
  const sees = (node: PeerNode): string[] =>
    [...portsOf(node)].filter((address) => address !== own(first) && address !== own(node))
  await until(() => others.every(({ tip }) => tip === first.tip), 'all have the chain')
  await until(
    () => others.every((node) => sees(node).length > 0),
    () => `links: ${nodes.map((node) => [...portsOf(node)].join(' ')).join(' | ')}`,
    20_000,
  )
  await until(
    () => others.every(({ peers }) => peers.network.knownPeers().length > 1),
    'all know more than one node',
    20_000,
  )

  await nodes.shift()!.stop()
  await others[0]!.mine()
  await until(() => others.every(({ tip }) => tip === others[0]!.tip), 'a block reaches all that are left', 20_000)
})

test('a node that knew others finds them again after a start, without being told of any', async () => {
  const first = await nodeWithHistory(6, { peers: { p2p: settings([]) } })
  nodes.push(await first.start())
  const file = newFile()
  const before = await new PeerNode({ file, peers: { p2p: settings([first.address]) } }).start()
  await until(() => before.tip === first.tip, 'the chain is there')
  await before.stop()

  await first.mine()
  const after = await new PeerNode({ file, peers: { p2p: settings([]) } }).start()
  nodes.push(after)
  await until(() => after.tip === first.tip, 'the new block is there')
  expect(after.peers.network.knownPeers()).toContainEqual(first.address)
})

test.each([
  ['bytes of chance', '\u0000\u0007{]"\ud800'],
  ['a million commas', ','.repeat(1_000_000)],
  ['addresses that are none', 'localhost,:1,host:99999,[::1]:0,[x]:1,a*b:1'],
])('a list of known peers that was damaged to %s is started on, and written anew', async (_, damaged) => {
  const first = await nodeWithHistory(3, { peers: { p2p: settings([]) } })
  nodes.push(await first.start())
  const file = newFile()
  const before = new PeerNode({ file, peers: { p2p: settings([]) } })
  before.core.store.settings.set('known-peers', damaged)
  await before.stop()

  const node = await new PeerNode({ file, peers: { p2p: settings([first.address]) } }).start()
  await until(() => node.tip === first.tip, 'the chain is there')
  expect(node.events.filter(({ kind }) => kind === 'failed')).toEqual([])
  await node.stop()
  const after = new PeerNode({ file, peers: { p2p: settings([]) } })
  nodes.push(after)
  expect(after.core.store.settings.get('known-peers')).toBe(`127.0.0.1:${first.peers.network.port}`)
})

test('a node takes addresses from its operator, probes them, and connects to the first that answers', async () => {
  const first = await nodeWithHistory(4, { peers: { p2p: settings([]) } })
  nodes.push(await first.start())
  const silent = { host: '127.0.0.1', port: 9 }
  const node = await new PeerNode({ peers: { p2p: settings([]) } }).start()
  nodes.push(node)
  node.peers.network.addPeers([silent, first.address])
  await until(() => node.tip === first.tip, 'the chain is there')
  expect(node.peers.network.knownPeers()).toEqual([first.address])
})

test('a node that is told of itself finds that out, and does not stay connected to itself', async () => {
  const node = await nodeWithHistory(3, { peers: { p2p: { ...settings([]), host: undefined as never } } })
  nodes.push(await node.start())
  node.peers.network.addPeers([node.address])
  await until(() => node.peers.network.knownPeers().length > 0, 'it answers itself')
  await until(() => node.peers.network.knownPeers().length === 0, 'it has met itself')
  await until(() => node.peers.network.peers().length === 0, 'nobody is connected')
})

test('a block that is announced while a chain is compared with others is fetched afterwards', async () => {
  const first = await nodeWithHistory(4)
  nodes.push(await first.start())
  const node = await new PeerNode({ peers: { connect: [first.address], compareMs: 800 } }).start()
  nodes.push(node)
  await until(() => node.peers.network.peers().some(({ isGreeted }) => isGreeted), 'they have greeted')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(node.tip).toBeUndefined()
  await first.mine()
  await until(() => node.tip === first.tip, 'the newest block is there', 5_000)
})
