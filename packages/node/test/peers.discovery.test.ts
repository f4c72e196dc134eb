import { afterEach, test } from 'vitest'
import { P2P_DEFAULTS, type P2PSettings } from '../src/peers/index.ts'
import { nodeWithHistory, PeerNode, until } from './peer-node.ts'

const nodes: PeerNode[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

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
