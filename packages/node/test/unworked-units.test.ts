import { encode, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { afterEach, describe, expect, test } from 'vitest'
import { messageType } from '../src/wire/index.ts'
import { RawPeer } from './attacker.ts'
import { unworked } from './forge.ts'
import { cutOffFrom, nodeWithHistory, PeerNode, until } from './peer-node.ts'

const nodes: PeerNode[] = []
const peers: RawPeer[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

/** A node, and a payment on its tip that nobody worked for; the node has not got it. */
async function unworkedPayment(): Promise<{ node: PeerNode; unit: TxPoW; id: string }> {
  const payer = await (await nodeWithHistory(8)).start()
  const node = await cutOffFrom(payer)
  nodes.push(payer, node)
  const unit = unworked(await payer.pay())
  return { node, unit, id: toHex(txpowId(unit)) }
}

const blamed = ({ events }: PeerNode) => events.filter(({ kind }) => kind === 'blamed')

describe('a transaction that did no work', () => {
  test('is taken when a block of a download lists it', async () => {
    const { node, unit, id } = await unworkedPayment()
    node.core.take(unit)
    const block = await node.mine()
    expect(block.body!.txpowIds.map(toHex)).toEqual([id])
    const fresh = await new PeerNode({ peers: { connect: [node.address] } }).start()
    nodes.push(fresh)
    await until(() => fresh.core.chain.known.has(id), 'the listed transaction is there')
    expect(fresh.tip).toBe(node.tip)
    expect(blamed(fresh)).toEqual([])
  })

  test('is not kept because somebody lists it among blocks, and not held against who was asked for it', async () => {
    const { node, unit, id } = await unworkedPayment()
    const peer = await (await RawPeer.open(node.peers.network.port, '127.0.0.2')).greeted()
    peers.push(peer)
    const asked = () => peer.messages('txpowRequest').filter(({ value }) => toHex(value as Uint8Array) === id).length
    for (let times = 1; times <= 2; times++) {
      peer.send({ name: 'pulse', value: { blocks: [txpowId(unit), node.core.chain.tip!.id] } })
      await until(() => asked() === times, 'it is asked for')
      peer.frame(messageType('txpow'), encode(TxPoW, unit))
    }
    peer.send({ name: 'txpowRequest', value: node.core.chain.tip!.id })
    await until(() => peer.count('txpow') === 1, 'what came before was judged')
    expect(node.core.chain.known.has(id)).toBe(false)
    expect(blamed(node)).toEqual([])

    // Nobody sends it unasked without meaning harm.
    peer.frame(messageType('txpow'), encode(TxPoW, unit))
    await until(() => blamed(node).length === 1, 'the peer is blamed')
  })
})
