import { decode, encode, factsOf, type IBD, MiniNumber, TxPoW, toHex } from '@minipolis/minima'
import { afterEach, describe, expect, test } from 'vitest'
import { WorkOffers } from '../src/sync/work-offers.ts'
import { messageType } from '../src/wire/index.ts'
import { RawPeer } from './attacker.ts'
import { forge } from './forge.ts'
import { nodeWithHistory, type PeerNode, until } from './peer-node.ts'

const nodes: PeerNode[] = []
const peers: RawPeer[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

const open = async (node: PeerNode): Promise<RawPeer> => {
  const peer = await (await RawPeer.open(node.peers.network.port, '127.0.0.2')).greeted()
  peers.push(peer)
  return peer
}

describe('transactions that a chain download left out', () => {
  test('are asked for with the first new block, and once in ten minutes', async () => {
    let skewMs = 0
    const a = await (await nodeWithHistory(6, { now: () => Date.now() + skewMs })).start()
    nodes.push(a)
    const peer = await open(a)
    const listed = new Uint8Array(32).fill(7)
    const { chain } = a.core
    // As a block of a download: it is known what it lists, and what it lists is not there.
    Object.defineProperty(chain.tip!.parent!, 'transactions', { value: [toHex(listed)] })
    const requests = (): number =>
      peer.messages('txpowRequest').filter(({ value }) => toHex(value as Uint8Array) === toHex(listed)).length
    const give = async (): Promise<void> => {
      const block = forge(a.core.template(undefined))
      peer.frame(messageType('txpow'), encode(TxPoW, block))
      await until(() => a.tip === toHex(factsOf(block).id), 'the block is the tip')
    }
    await give()
    await until(() => requests() === 1, 'the unit is asked for')
    await give()
    expect(requests()).toBe(1)
    skewMs = 400_000
    await give()
    expect(requests()).toBe(1)
    skewMs = 700_000
    // What nobody answered is given up with the next look at the clock.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await give()
    await until(() => requests() === 2, 'it is asked for again')
  })
})

describe('the answer to a greeting', () => {
  test('has no blocks for a peer whose whole tree is above our tip: it would leave us for offering what it has below', async () => {
    const a = await (await nodeWithHistory(6)).start()
    nodes.push(a)
    const ids = Array.from({ length: 32 }, (_, i) => new Uint8Array(32).fill(i + 1))
    const answerTo = async (topBlock: number, chain: Uint8Array[]): Promise<{ blocks: number; cascade: boolean }> => {
      const peer = await RawPeer.open(a.peers.network.port, '127.0.0.2')
      peers.push(peer)
      peer.greet({ topBlock, chain })
      await until(() => peer.count('ibd') === 1, 'an answer')
      const [message] = peer.messages('ibd')
      const ibd = message!.value as IBD
      return { blocks: ibd.blocks.length, cascade: ibd.cascade !== null }
    }
    expect(await answerTo(500, ids)).toEqual({ blocks: 0, cascade: false })
    // One that overlaps with ours and shares nothing is shown what we have.
    expect(await answerTo(30, ids)).toEqual({ blocks: 6, cascade: true })
    expect(await answerTo(-1, [])).toEqual({ blocks: 6, cascade: true })
  })
})

describe('work for nodes that make no blocks', () => {
  test('is offered half a block time after a block of our own, without the hash of a body', async () => {
    const a = await nodeWithHistory(4)
    nodes.push(a)
    const sent: TxPoW[] = []
    const offers = new WorkOffers({
      blockTimeMs: 20,
      template: () => a.core.template(undefined),
      send: (template) => sent.push(template),
      failed: (error) => expect.unreachable(String(error)),
    })
    offers.made(await a.core.miner.mineBlock())
    await until(() => sent.length === 1, 'work is offered')
    expect(toHex(sent[0]!.header.bodyHash)).toBe('0x00')
    expect(sent[0]!.header.blockNumber.toString()).toBe(String(a.height + 1))
    expect(decode(TxPoW, encode(TxPoW, sent[0]!)).body).not.toBeNull()
    offers.stop()
  })

  test('reaches peers as a message of its type', async () => {
    const a = await (await nodeWithHistory(4)).start()
    nodes.push(a)
    const peer = await open(a)
    a.peers.network.offerWork(a.core.template(undefined))
    await until(() => peer.count('txblockMine') === 1, 'the template is there')
  })

  test('is not offered after a transaction', async () => {
    const a = await nodeWithHistory(6)
    nodes.push(a)
    let sent = 0
    const offers = new WorkOffers({
      blockTimeMs: 2,
      template: () => a.core.template(undefined),
      send: () => sent++,
      failed: (error) => expect.unreachable(String(error)),
    })
    const id = await a.send({
      outputs: [{ address: await a.core.wallet.address(), amount: MiniNumber.ONE }],
      fund: true,
    })
    offers.made(a.core.chain.known.get(id)!)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sent).toBe(0)
  })
})
