import { bigIntToBytes, encode, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { afterEach, describe, expect, test } from 'vitest'
import { messageType } from '../src/wire/index.ts'
import { RawPeer } from './attacker.ts'
import { forge, unworked } from './forge.ts'
import { cutOffFrom, nodeWithHistory, type PeerNode, until } from './peer-node.ts'

const nodes: PeerNode[] = []
const peers: RawPeer[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

async function keep(node: PeerNode | Promise<PeerNode>): Promise<PeerNode> {
  const kept = await node
  nodes.push(kept)
  return kept
}

async function onlyPeerOf(node: PeerNode): Promise<RawPeer> {
  const peer = await (await RawPeer.open(node.peers.network.port, '127.0.0.2')).greeted()
  peers.push(peer)
  return peer
}

const sendUnit = (peer: RawPeer, txpow: TxPoW): void => peer.frame(messageType('txpow'), encode(TxPoW, txpow))
const idOf = (txpow: TxPoW): string => toHex(txpowId(txpow))
const countAsked = (peer: RawPeer, txpow: TxPoW): number =>
  peer.messages('txpowRequest').filter(({ value }) => toHex(value as Uint8Array) === idOf(txpow)).length

describe('a unit whose body was changed on the way', () => {
  test('that is a block and refused for it is taken when it comes as it was mined', async () => {
    const maker = await (await keep(nodeWithHistory(8))).start()
    const node = await keep(cutOffFrom(maker))
    const payment = unworked(await maker.pay())
    const block = forge(node.core.template(undefined))
    node.core.chain.receive(payment)
    const peer = await onlyPeerOf(node)
    sendUnit(peer, { ...block, body: { ...block.body!, txpowIds: [txpowId(payment)] } })
    sendUnit(peer, block)
    await until(() => node.tip === idOf(block), 'the block is the tip')
    expect(node.core.chain.known.get(idOf(block))!.body!.txpowIds).toEqual([])
  })

  test('that no block needs is not taken, and waits for a block as it was mined', async () => {
    const payer = await (await keep(nodeWithHistory(8))).start()
    const node = await keep(cutOffFrom(payer))
    const paid = await payer.pay()
    const noBlock = { blockDifficulty: bigIntToBytes(1n) }
    const payment = forge(paid, { header: noBlock, target: paid.body!.transactionDifficulty })
    const peer = await onlyPeerOf(node)
    sendUnit(peer, { ...payment, body: { ...payment.body!, prng: new Uint8Array(32) } })
    sendUnit(peer, payment)
    await until(() => node.core.pool.has(idOf(payment)), 'the payment waits')
    expect(node.core.chain.known.get(idOf(payment))!.body!.prng).toEqual(payment.body!.prng)
    const block = await node.mine()
    expect(block.body!.txpowIds.map(toHex)).toEqual([idOf(payment)])
  })

  test('is never offered to a block, and asked for again when a block that lists it is refused', async () => {
    const payer = await (await keep(nodeWithHistory(8))).start()
    const maker = await keep(cutOffFrom(payer))
    const node = await keep(cutOffFrom(payer))
    const payment = unworked(await payer.pay())
    for (let i = 0; i < 4; i++) await payer.mine()
    const changed = { ...payment, body: (await payer.pay()).body }
    maker.core.take(payment)
    const [block, child, grandchild] = [await maker.mine(), await maker.mine(), await maker.mine()]
    expect(block.body!.txpowIds.map(toHex)).toEqual([idOf(payment)])

    const peer = await onlyPeerOf(node)
    sendUnit(peer, block)
    await until(() => countAsked(peer, payment) === 1, 'the payment is asked for')
    sendUnit(peer, changed)
    await until(() => node.core.chain.known.has(idOf(payment)), 'it is taken for want of another')
    expect(node.core.pool.has(idOf(payment))).toBe(false)
    sendUnit(peer, child)
    await until(() => countAsked(peer, payment) === 2, 'the payment is asked for again')
    sendUnit(peer, payment)
    sendUnit(peer, grandchild)
    await until(() => node.tip === idOf(grandchild), 'the branch is taken')
    expect(node.coins()).toBe(maker.coins())
  })
})
