import {
  applyTxBlock,
  type Coin,
  coinLeaf,
  createGenesis,
  createGenesisMmr,
  encode,
  entryIndex,
  GENESIS_COIN,
  MegaMMR,
  MiniNumber,
  type MMR,
  MMRData,
  positionKey,
  TOKEN_MINIMA,
  type TxBlock,
  toHex,
} from '@minipolis/minima'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openStore } from '../store/index.ts'
import type { CoinBlock } from './block-changes.ts'
import { MegaMMRStore } from './mega-mmr-store.ts'

const GENESIS = createGenesis({ address: new Uint8Array(32), time: 1_700_000_000_000, prng: new Uint8Array(32) })

const name = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)

/** What one block does: which of the unspent coins it spends, by place, and how many it makes. */
interface Step {
  readonly spends: readonly number[]
  readonly makes: number
}

interface SteppedBlock extends CoinBlock {
  readonly txblock: TxBlock
}

/** A chain that spends and makes coins as told. */
function chainOf(steps: readonly Step[]): { blocks: SteppedBlock[]; unspent: Coin[] } {
  let tip: MMR = createGenesisMmr()
  let unspent: Coin[] = []
  const blocks: SteppedBlock[] = []
  for (const [i, { spends, makes }] of steps.entries()) {
    const number = i + 1
    const chosen = new Set(spends.filter((place) => place < unspent.length).map((place) => unspent[place]!))
    const txblock: TxBlock = {
      txpow: { ...GENESIS, header: { ...GENESIS.header, blockNumber: MiniNumber.of(number) } },
      previousPeaks: tip.peaks(),
      spentCoins: [...chosen].map((coin) => ({ coin, proof: tip.proofToPeak(entryIndex(coin.mmrEntry)!) })),
      newCoins: Array.from({ length: makes }, (_, place) => coinOf(number, place)),
    }
    const { mmr, spent, created } = applyTxBlock(txblock)
    mmr.parent = tip
    tip = mmr
    unspent = [...unspent.filter((coin) => !chosen.has(coin)), ...created]
    blocks.push({ number, mmr, spent, created, txblock })
  }
  return { blocks, unspent }
}

const coinOf = (block: number, place: number): Coin => ({
  coinId: Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? block : i === 1 ? place : i)),
  address: name(place + 1),
  amount: MiniNumber.of(place + 1),
  tokenId: TOKEN_MINIMA,
  storeState: true,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ZERO,
  state: [{ port: 0, type: 1, value: toHex(name(0xa0 + place)) }],
  token: null,
})

const steps = fc.array(fc.record({ spends: fc.uniqueArray(fc.nat(12), { maxLength: 6 }), makes: fc.nat(5) }), {
  minLength: 1,
  maxLength: 24,
})

const openMega = (): MegaMMRStore => {
  const mega = new MegaMMRStore(openStore({ file: ':memory:', network: 'test' }).database)
  mega.begin(0, createGenesisMmr().peaks())
  return mega
}

const nodesOf = (mega: MegaMMRStore): Map<number, string> =>
  new Map(mega.nodePage(0, 10_000).map(({ position, node }) => [position, toHex(node)]))

describe('the coins of the whole chain on disk', () => {
  test('are those of a tree in memory that takes block after block: the same coins, the same nodes', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 7 }), (plan, batch) => {
        const { blocks, unspent } = chainOf(plan)
        const mega = openMega()
        const judge = new MegaMMR()
        for (const { txblock } of blocks) judge.addBlock(txblock)
        for (let at = 0; at < blocks.length; at += batch) mega.follow(blocks.slice(at, at + batch))

        expect(mega.number).toBe(blocks.length)
        expect(mega.entryNumber).toBe(judge.mmr.entryNumber)
        expect(mega.coins.page(-1, 1000)).toEqual(unspent)
        expect(mega.coinCount).toBe(unspent.length)
        // The coin of block 0, which this chain never spends, is in the tree only.
        expect(mega.total.add(GENESIS_COIN.amount).equals(judge.mmr.root()!.value)).toBe(true)
        expect(mega.root()).toEqual(judge.mmr.root())
        const expected = new Map<number, string>()
        for (const { row, entry, data } of judge.mmr.entries()) {
          expected.set(positionKey(row, entryIndex(entry)!), toHex(encode(MMRData, data)))
        }
        expect(nodesOf(mega)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  test('prove each unspent coin to a tree that knows nothing but its last block', () => {
    const { blocks, unspent } = chainOf(
      Array.from({ length: 20 }, (_, i) => ({ spends: [i % 7, (i * 3) % 5], makes: i % 4 })),
    )
    const mega = openMega()
    mega.follow(blocks.slice(0, -1))
    const tip = blocks.at(-1)!.mmr
    tip.parent = undefined
    tip.archive = mega
    expect(unspent.length).toBeGreaterThan(5)
    for (const coin of unspent) {
      const leaf = coinLeaf(coin)
      expect(tip.check(leaf, tip.proofToPeak(entryIndex(coin.mmrEntry)!)), toHex(coin.coinId)).toBe(true)
    }
  })

  test('are found by id, address and what their state names', () => {
    const { blocks, unspent } = chainOf([
      { spends: [], makes: 4 },
      { spends: [1], makes: 2 },
    ])
    const mega = openMega()
    mega.follow(blocks)
    const [first] = unspent
    expect(mega.coins.naming(first!.coinId, -1, 10)).toEqual([first])
    expect(mega.coins.naming(name(1), -1, 10)).toEqual(unspent.filter(({ address }) => address[0] === 1))
    expect(mega.coins.naming(name(0xa1), -1, 10)).toEqual(unspent.filter(({ address }) => address[0] === 2))
    expect(mega.coins.naming(name(99), -1, 10)).toEqual([])
  })

  test('stay as they were when the transaction around them fails', () => {
    const { blocks } = chainOf([
      { spends: [], makes: 3 },
      { spends: [0], makes: 1 },
    ])
    const store = openStore({ file: ':memory:', network: 'test' })
    const mega = new MegaMMRStore(store.database)
    mega.begin(0, createGenesisMmr().peaks())
    mega.follow(blocks.slice(0, 1))
    const before = { nodes: nodesOf(mega), coins: mega.coins.page(-1, 10), total: mega.total.toString() }
    expect(() =>
      store.transact(() => {
        mega.follow(blocks.slice(1))
        store.database.run('INSERT INTO mega_mmr VALUES (2, 0, 0, 0, ?)', '0')
      }),
    ).toThrow()
    mega.reload()
    expect({ nodes: nodesOf(mega), coins: mega.coins.page(-1, 10), total: mega.total.toString() }).toEqual(before)
    expect(mega.number).toBe(1)
  })
})
