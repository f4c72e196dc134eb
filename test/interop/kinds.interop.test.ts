import { bytesToBigInt, MIN_TXPOW_WORK_VALUE } from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../packages/node/test/seeded-random.ts'
import { agree, type ChainNode, coinTreeOf, type Json, type JsonObject, type Place } from './chain-node.ts'
import { CommandedNode } from './commanded-node.ts'
import { type CoinJson, kinds, Maker, type TxPoWJson } from './kinds/index.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'
import { askAll } from './same-chain.ts'

interface UserTree {
  readonly nodes: readonly { readonly data: string; readonly value: string; readonly proof: string }[]
  readonly root: { readonly data: string; readonly value: string }
}

const SEED = Number(process.env.INTEROP_SEED ?? 1)
const SYNC_MS = 90_000
const START_MS = 300_000
const AGREE_MS = 60_000
const TEST_MS = 240_000
/** Plain coins of each wallet. */
const COINS = 60
const COINS_AT_ONCE = 10
const COIN_VALUE = 100
/** Work on a block against the least: more, so that our transactions are seldom blocks by luck and have to be taken up by the other's miner. */
const WORK_RATIO = 4n
/** A wallet leaves younger coins alone. */
const CONFIRM_BLOCKS = 4
/** Ours, after each kind: it is us who keep the chain's time. */
const BLOCKS_AFTER = 2
const FAST_MS = 10_000
const SLOW_MS = 40_000

if (referenceJar === undefined)
  console.log('MINIMA_JAR is not set: no kinds of transactions go to and from a reference node')

describe.skipIf(referenceJar === undefined)('every kind of transaction', () => {
  let ours: CommandedNode
  let reference: ReferenceNode
  let makers: Readonly<Record<ChainNode['kind'], Maker>>
  let blockMs = Date.now()
  let height = 1

  /**
   * Keeps the difficulty about where it is wanted. The chain runs ahead of the clock, and the reference's blocks do not let its
   * time go on: ours make up for them.
   */
  const pace = (): void => {
    const tip = ours.peer.core.chain.tip!
    const isEasy = bytesToBigInt(tip.header.blockDifficulty) * WORK_RATIO > MIN_TXPOW_WORK_VALUE
    blockMs += Math.max(1, tip.number - height) * (isEasy ? FAST_MS : SLOW_MS)
    height = tip.number
  }
  const agreed = (): Promise<void> => agree([ours, reference], () => ours.mine(), AGREE_MS)

  beforeAll(async () => {
    const random = createRandom(SEED)
    ours = await CommandedNode.start({
      blockTime: () => blockMs,
      pace,
      hashRate: 1,
      defaultKeys: 8,
      random: random.bytes,
    })
    await ours.peer.begin()
    await ours.mine()
    const connect = [`127.0.0.1:${ours.peer.address.port}`]
    reference = await ReferenceNode.start({ more: ['-allowallip'], connect })
    await reference.until(async () => (await reference.status()).hash === ours.peer.tip, SYNC_MS)
    const split = async (receiver: ChainNode, coins: number, value: number): Promise<void> => {
      const { address } = await receiver.ask<{ address: string }>('getaddress')
      await ours.ask(`send address:${address} amount:${coins * value} split:${coins} mine:true`)
    }
    for (let i = 0; i < CONFIRM_BLOCKS; i++) await ours.mine()
    await split(ours, COINS_AT_ONCE, COINS * COIN_VALUE)
    for (let i = 0; i < CONFIRM_BLOCKS; i++) await ours.mine()
    for (let coins = 0; coins < COINS; coins += COINS_AT_ONCE) {
      for (const receiver of [reference, ours]) await split(receiver, COINS_AT_ONCE, COIN_VALUE)
      await ours.mine()
    }
    for (let i = 0; i < CONFIRM_BLOCKS; i++) await ours.mine()
    await agreed()
    makers = { ours: new Maker(ours, reference, ours), reference: new Maker(reference, ours, ours) }
  }, START_MS)

  afterAll(async () => {
    await ours?.stop()
    await reference?.stop()
  })

  const both = async <T>(ask: (node: ChainNode) => Promise<T>): Promise<readonly T[]> =>
    askAll([ours, reference], ask, AGREE_MS)

  const expectSame = async (ask: (node: ChainNode) => Promise<unknown>): Promise<void> => {
    const [here, there] = await both(ask)
    expect(here).toEqual(there)
  }

  describe.each(['reference', 'ours'] as const)('made on the side of %s is taken by the other', (side) => {
    test.each(kinds)(
      '$name',
      async ({ make, burn, isNotRelayed }) => {
        const maker = makers[side]
        const place = await maker.confirmed(await make(maker), isNotRelayed ? maker.node : maker.other)
        for (let i = 0; i < BLOCKS_AFTER; i++) await ours.mine()
        await agreed()
        await expectConfirmed(place, burn)
      },
      TEST_MS,
    )
  })

  /** Both show the same transaction in the same block, the same coins of it, and the same coin tree. */
  async function expectConfirmed({ txpowId, blockId }: Place, burn: number | undefined): Promise<void> {
    await expectSame((node) => node.ask<JsonObject>(`txpow txpowid:${txpowId}`))
    const [here] = await both((node) => node.ask<JsonObject>(`txpow onchain:${txpowId}`))
    expect(here).toMatchObject({ found: true, blockid: blockId })
    const { body, burn: burned } = await ours.ask<TxPoWJson>(`txpow txpowid:${txpowId}`)
    if (burn !== undefined) expect(burned).toBe(burn)
    for (const { coinid } of [...body.txn.outputs, ...body.burntxn.outputs]) {
      await expectSame((node) => node.ask<CoinJson[]>(`coins coinid:${coinid}`))
    }
    for (const { coinid } of [...body.txn.inputs, ...body.burntxn.inputs]) {
      expect(await both((node) => node.reply(`coins coinid:${coinid}`).then(({ response }) => response))).toEqual([
        [],
        [],
      ])
    }
    await expectSame(coinTreeOf)
  }

  describe.each(['reference', 'ours'] as const)('a proof made on the side of %s', (side) => {
    const changed = (data: string): string => `${data.slice(0, -1)}${data.endsWith('0') ? '1' : '0'}`

    test('of a coin is found right by the other, which can watch the coin, and wrong when one digit is another', async () => {
      const { node, other } = makers[side]
      const [coin] = await node.ask<CoinJson[]>('coins sendable:true tokenid:0x00')
      const { data } = await node.ask<{ data: string }>(`coinexport coinid:${coin!.coinid}`)
      expect(await other.ask(`coincheck data:${data}`)).toMatchObject({ valid: true, coin: { coinid: coin!.coinid } })
      const lie = await other.reply(`coincheck data:${changed(data)}`)
      expect(lie).not.toMatchObject({ response: { valid: true } })
      expect(await other.ask(`coinimport data:${data}`)).toMatchObject({ coin: { coinid: coin!.coinid } })
      const watched = await other.ask<CoinJson[]>('coins relevant:true')
      expect(watched.map(({ coinid }) => coinid)).toContain(coin!.coinid)
    })

    test('of a leaf of a tree is found right by the other, and wrong for another leaf', async () => {
      const { node, other } = makers[side]
      const tree = await node.ask<UserTree>('mmrcreate nodes:["0xAA:2","0xBB:3","lamp:5"]')
      for (const { data, value, proof } of tree.nodes) {
        const root = `root:${tree.root.data}:${tree.root.value} proof:${proof}`
        expect(await other.ask(`mmrproof data:${data}:${value} ${root}`)).toMatchObject({ valid: true })
        expect(await other.ask(`mmrproof data:0xCC:${value} ${root}`)).toMatchObject({ valid: false })
      }
    })
  })

  test('after all of them both nodes know the same coins and the same money, and neither refused anything', async () => {
    await agreed()
    await expectSame((node) => node.ask<JsonObject>('status').then(({ minima, coins }) => ({ minima, coins }) as Json))
    expect(reference.refusals).toEqual([])
    expect(ours.faults).toEqual([])
    expect(ours.peer.events.filter(({ kind }) => kind === 'blamed' || kind === 'failed')).toEqual([])
    expect(ours.peer.events.filter(({ kind }) => kind === 'disconnected')).toEqual([])
  })
})
