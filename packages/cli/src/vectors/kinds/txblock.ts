import {
  applyTxBlock,
  Coin,
  coinLeaf,
  createGenesisMmr,
  createTxBlock,
  encode,
  fromHex,
  type MMR,
  type MMRData,
  miniNumber,
  Reader,
  spentCoinLeaf,
  TxBlock,
  TxPoW,
  toHex,
  txpowId,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { type Computed, expectSame, hexOf, type Siblings } from '../check-case.ts'
import { decoded } from '../decoded.ts'
import type { Recorded } from '../recorded.ts'
import { recordedTxPoWFacts } from '../txpow-recorded.ts'
import { plainPeak } from './mmr-recorded.ts'

/** The super parent of the first block. */
const NO_PARENT = '0x00'

const read = (c: Recorded): TxBlock => TxBlock.read(new Reader(c.bytes('hex')))

const trees = new WeakMap<Recorded, MMR>()

/** The coin tree after a recorded block, linked to that of its parent; the file is a chain. */
function treeAfter(c: Recorded, siblings: Siblings): MMR {
  const known = trees.get(c)
  if (known !== undefined) return known
  const { mmr } = applyTxBlock(read(c))
  mmr.parent = treeBefore(c, siblings)
  trees.set(c, mmr)
  return mmr
}

/** The coin tree of the parent block; undefined where the file does not hold it. */
function treeBefore(c: Recorded, siblings: Siblings): MMR | undefined {
  const parent = c.text('parentid')
  if (parent === NO_PARENT) return createGenesisMmr()
  const recorded = siblings.all.find((other) => other.has('created') && other.fields.txpowid === parent)
  return recorded && treeAfter(recorded, siblings)
}

const coinRecord = (coin: Coin, leaf: MMRData): Computed => ({
  coinid: hexOf(coin.coinId),
  entry: String(coin.mmrEntry),
  hex: hexOf(encode(Coin, coin)),
  leaf: hexOf(leaf.data),
  value: leaf.value.toString(),
})

/** The TxBlock built anew from its transactions must be the recorded one, in whatever order they are handed over. */
const expectRebuilt = (c: Recorded, siblings: Siblings): void => {
  const before = treeBefore(c, siblings)
  const listed = c.texts('txpows').map((hex) => TxPoW.read(new Reader(fromHex(hex))))
  if (before === undefined) return
  const rebuilt = createTxBlock(before, read(c).txpow, listed.toReversed())
  expectSame('TxBlock built from its transactions', toHex(encode(TxBlock, rebuilt)), c.text('hex'))
}

/** Blocks applied to the coin tree. */
export const txblockKind = caseKind('txblock', {
  'txblock apply': (c, siblings) => {
    const block = read(c)
    const { mmr, spent, created } = applyTxBlock(block)
    expectRebuilt(c, siblings)
    const root = mmr.root()!
    return {
      ...recordedTxPoWFacts(block.txpow),
      block: block.txpow.header.blockNumber.toString(),
      parentPeaks: block.previousPeaks.map(plainPeak),
      spent: spent.map((coin) => coinRecord(coin, spentCoinLeaf(coin))),
      created: created.map((coin) => coinRecord(coin, coinLeaf(coin))),
      entrynumber: mmr.entryNumber.toString(),
      peaks: mmr.peaks().map(plainPeak),
      root: root.data,
      total: root.value.toString(),
      totalHex: encode(miniNumber, root.value),
    }
  },
  'txblock decode': (c) => {
    const { value, facts } = decoded(TxBlock, c)
    const counts = [value.previousPeaks, value.spentCoins, value.newCoins].map(({ length }) => length)
    return { ...facts, txpowid: txpowId(value.txpow), counts }
  },
})
