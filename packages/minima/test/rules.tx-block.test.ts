import { describe, expect, test } from 'vitest'
import { decode, encode, fromHex, miniNumber, toHex } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import type { MMR, MMREntry } from '../src/mmr/index.ts'
import { Coin, coinLeaf, TxBlock, TxPoW } from '../src/objects/index.ts'
import { applyTxBlock, createGenesisMmr, createTxBlock } from '../src/rules/index.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

interface RecordedCoin {
  coinid: string
  entry: string
  hex: string
  leaf?: string
}
interface Peak {
  row: number
  entry: string
  data: string
  value: string
}
type Case = { name: string; hex: string; expect: 'ok' | 'reject' } & (
  | {
      op: 'apply'
      block: string
      txpows: string[]
      parentPeaks: Peak[]
      spent: RecordedCoin[]
      created: RecordedCoin[]
      entrynumber: string
      peaks: Peak[]
      root: string
      totalHex: string
      parentid: string
      txpowid: string
    }
  | { op: 'decode'; reencoded?: string }
)

const { cases } = vectorsAtHand
  ? readVectors<{ cases: Case[] }>('txblock.json')
  : readFixture<{ cases: Case[] }>('rules-txblock-excerpt.json')

const shownPeaks = (peaks: readonly MMREntry[]): Peak[] =>
  peaks.map(({ row, entry, data }) => ({
    row,
    entry: String(entry),
    data: toHex(data.data),
    value: data.value.toString(),
  }))

describe('a TxBlock moves the coin tree as recorded', () => {
  let parentMmr: MMR = createGenesisMmr()
  for (const c of cases) {
    if (c.op === 'decode') {
      test(c.name, () => {
        const bytes = fromHex(c.hex)
        if (c.expect === 'reject') expect(() => decode(TxBlock, bytes)).toThrow(MinipolisError)
        else expect(toHex(encode(TxBlock, decode(TxBlock, bytes)))).toBe(c.reencoded === 'same' ? c.hex : c.reencoded)
      })
      continue
    }
    test(`${c.name}: applied`, () => {
      const txBlock = decode(TxBlock, fromHex(c.hex))
      expect(shownPeaks(txBlock.previousPeaks)).toEqual(c.parentPeaks)
      const { mmr, spent, created } = applyTxBlock(txBlock)
      const hexes = (coins: readonly Coin[]): string[] => coins.map((coin) => toHex(encode(Coin, coin)))
      expect(hexes(spent)).toEqual(c.spent.map(({ hex }) => hex))
      expect(hexes(created)).toEqual(c.created.map(({ hex }) => hex))
      for (const [i, coin] of created.entries()) {
        const { leaf } = c.created[i]!
        if (leaf !== undefined) expect(toHex(coinLeaf(coin).data)).toBe(leaf)
      }
      expect(String(mmr.entryNumber)).toBe(c.entrynumber)
      expect(shownPeaks(mmr.peaks())).toEqual(c.peaks)
      expect(toHex(mmr.root()!.data)).toBe(c.root)
      expect(toHex(encode(miniNumber, mmr.root()!.value))).toBe(c.totalHex)
    })
    // An excerpt need not be a chain without gaps.
    const follows = JSON.stringify(shownPeaks(parentMmr.peaks())) === JSON.stringify(c.parentPeaks)
    const mmr = parentMmr
    const applied = applyTxBlock(decode(TxBlock, fromHex(c.hex)))
    applied.mmr.parent = parentMmr
    parentMmr = applied.mmr
    if (!follows) continue
    test(`${c.name}: built from its transactions`, () => {
      const { txpow } = decode(TxBlock, fromHex(c.hex))
      const listed = c.txpows.map((hex) => decode(TxPoW, fromHex(hex)))
      expect(toHex(encode(TxBlock, createTxBlock(mmr, txpow, listed.toReversed())))).toBe(c.hex)
    })
  }
})
