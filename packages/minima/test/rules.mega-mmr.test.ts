import { describe, expect, test } from 'vitest'
import { bytesEqual, decode, encode, fromHex, toHex } from '../src/codec/index.ts'
import { entryIndex } from '../src/mmr/index.ts'
import { type Coin, coinLeaf, TxBlock } from '../src/objects/index.ts'
import { applyTxBlock, MegaMMR, StoredMegaMMR } from '../src/rules/index.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

interface Case {
  op: string
  expect: string
  hex: string
}
const { cases } = vectorsAtHand
  ? readVectors<{ cases: Case[] }>('txblock.json')
  : readFixture<{ cases: Case[] }>('rules-txblock-excerpt.json')
const blocks = cases.filter(({ op }) => op === 'apply').map(({ hex }) => decode(TxBlock, fromHex(hex)))

const unspentAfter = (applied: readonly TxBlock[]): Map<string, Coin> => {
  const coins = new Map<string, Coin>()
  for (const block of applied) {
    const { spent, created } = applyTxBlock(block)
    for (const coin of created) coins.set(toHex(coin.coinId), coin)
    for (const coin of spent) coins.delete(toHex(coin.coinId))
  }
  return coins
}

const expectAllProved = ({ mmr, coins }: MegaMMR): void => {
  for (const coin of coins.values()) {
    const entry = entryIndex(coin.mmrEntry)!
    expect(mmr.check(coinLeaf(coin), mmr.proofToPeak(entry)), `proof to the peak of ${toHex(coin.coinId)}`).toBe(true)
    expect(mmr.check(coinLeaf(coin), mmr.proof(entry)), `full proof of ${toHex(coin.coinId)}`).toBe(true)
  }
}

describe('one tree over the whole history', () => {
  test('has the root of every block, lists the unspent coins and proves each of them', () => {
    const mega = new MegaMMR()
    for (const [i, block] of blocks.entries()) {
      expect(mega.addBlock(block)).toBe(true)
      expect(mega.coins).toEqual(unspentAfter(blocks.slice(0, i + 1)))
      expectAllProved(mega)
    }
  })

  test('comes back from its stored form and goes on', () => {
    const mega = new MegaMMR()
    for (const block of blocks.slice(0, -1)) mega.addBlock(block)
    const read = decode(StoredMegaMMR, encode(StoredMegaMMR, mega))
    expect(read.coins).toEqual(mega.coins)
    expect(read.addBlock(blocks.at(-1)!)).toBe(true)
    expectAllProved(read)
  })

  test('forgets coins with state without changing the root, and still proves the others', () => {
    const mega = new MegaMMR()
    for (const block of blocks) mega.addBlock(block)
    const before = mega.mmr.root()!
    const kept = mega.coins.size
    mega.forgetUnspendable({ withState: true, ofTokens: true })
    expect(mega.coins.size).toBeLessThanOrEqual(kept)
    expect(bytesEqual(mega.mmr.root()!.data, before.data)).toBe(true)
    expectAllProved(mega)
  })

  test('says when a block leads to another root than its header', () => {
    const mega = new MegaMMR()
    const [first, second] = blocks
    mega.addBlock(first!)
    expect(mega.addBlock({ ...second!, newCoins: second!.newCoins.slice(1) })).toBe(false)
  })
})
