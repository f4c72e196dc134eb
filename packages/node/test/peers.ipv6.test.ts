import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { askOnce, P2P_DEFAULTS, type PeerAddress } from '../src/peers/index.ts'
import { decodeMessage } from '../src/wire/index.ts'
import { nodeWithHistory, PeerNode, until } from './peer-node.ts'

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)
if (!hasIPv6) console.log('this machine has no ::1: the tests over IPv6 are skipped')

const nodes: PeerNode[] = []
const over6 = ({ peers }: PeerNode): PeerAddress => ({ host: '::1', port: peers.network.port })
const p2p = { ...P2P_DEFAULTS, allowInternal: true, loopMs: 300 }

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

describe.skipIf(!hasIPv6)('over IPv6', () => {
  test('a node listens and is called, the chain is taken and blocks go both ways', async () => {
    const a = await (await nodeWithHistory(5, { peers: { bind: '::1' } })).start()
    nodes.push(a)
    const b = await new PeerNode({ peers: { connect: [over6(a)] } }).start()
    nodes.push(b)
    await until(() => b.tip === a.tip, 'the chain is there')
    await b.mine()
    await until(() => a.tip === b.tip, 'the block is there')
    expect(a.peers.network.peers()).toMatchObject([{ ip: '::1', direction: 'incoming', isGreeted: true }])
    expect(b.peers.network.peers()).toMatchObject([{ address: `[::1]:${a.peers.network.port}` }])
  })

  test('a node that listens on all addresses is reached by both kinds, and knows an IPv4 address as such', async () => {
    const a = await (await nodeWithHistory(5, { peers: { bind: '::' } })).start()
    nodes.push(a)
    const connect = [over6(a), a.address]
    const b = await new PeerNode({ peers: { connect } }).start()
    nodes.push(b)
    await until(() => a.peers.network.peers().filter(({ isGreeted }) => isGreeted).length === 2, 'both are greeted')
    expect(
      a.peers.network
        .peers()
        .map(({ ip }) => ip)
        .sort(),
    ).toEqual(['127.0.0.1', '::1'])
  })

  test('known peers are told to other nodes of ours, and not where nodes of the reference would stumble', async () => {
    const a = await (await nodeWithHistory(5, { peers: { bind: '::1', p2p } })).start()
    nodes.push(a)
    const b = await new PeerNode({ peers: { p2p: { ...p2p, seeds: [over6(a)] } } }).start()
    nodes.push(b)
    await until(() => b.tip === a.tip, 'the chain is there')
    const c = await new PeerNode({ peers: { p2p: { ...p2p, seeds: [b.address] } } }).start()
    nodes.push(c)
    await until(() => c.peers.network.knownPeers().some(({ host }) => host === '::1'), 'the third node knows the first')

    const question = { name: 'singlePing', value: Uint8Array.of(0) } as const
    const pong = decodeMessage(await askOnce(b.address, { question, answer: 'singlePong', bytesMax: 65_536 }))
    expect(pong.name === 'singlePong' && pong.value.extra?.get('peers-list')).not.toContainEqual(
      expect.stringContaining('::'),
    )
  })
})
