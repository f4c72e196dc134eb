import {
  Coin,
  compareWeights,
  decode,
  encode,
  formatEntryNumber,
  fromHex,
  isSameMagic,
  Magic,
  minimumBlockTime,
  type NetworkParameters,
  nextBlockDifficulty,
  nextMagic,
  parentId,
  TxBlock,
  toHex,
  type Weight,
} from '@minipolis/minima'
import type { BlockNode } from '../chain/index.ts'
import { expectSame, ReplayError } from './mismatch.ts'
import type { RecordedBlock } from './recording.ts'

/** Blocks with more coins are recorded without them. */
const RECORDED_COINS_MAX = 40

/** A block of the tree against its recording. @throws ReplayError */
export function compareBlock(
  node: BlockNode,
  txblock: TxBlock,
  recorded: RecordedBlock,
  parameters: NetworkParameters,
): void {
  const { header, mmr } = node
  expectSame('block number', header.blockNumber.toString(), recorded.number)
  expectSame('parent', toHex(parentId(header)), recorded.parent)
  expectSame('time', header.time.toString(), recorded.time)
  expectSame('difficulty', toHex(header.blockDifficulty), recorded.difficulty)
  expectSame('super level', node.superLevel, recorded.superlevel)
  expectWeight('weight', node.weight, recorded.weight)
  expectSame('listed ids', txblock.txpow.body?.txpowIds.map(toHex), recorded.txnlist)
  expectSame('TxBlock', toHex(encode(TxBlock, txblock)), recorded.txblock)

  const root = mmr.root()
  expectSame('MMR root', root && toHex(root.data), recorded.mmr.root)
  expectSame('MMR total', root?.value.toString(), recorded.mmr.total)
  expectSame('MMR entries', String(mmr.entryNumber), recorded.mmr.entrynumber)
  const peaks = mmr.peaks().map(({ row, entry, data }) => ({
    row,
    entry: formatEntryNumber(entry),
    data: toHex(data.data),
    value: data.value.toString(),
  }))
  expectSame('MMR peaks', peaks, recorded.mmr.peaks)
  const coins = [...node.spent, ...node.created]
  if (recorded.coins !== undefined && coins.length <= RECORDED_COINS_MAX) {
    const written = coins.map((coin) => toHex(encode(Coin, coin)))
    expectSame(
      'coins',
      written,
      recorded.coins.map(({ coin }) => coin),
    )
  }

  expectSame('next difficulty', toHex(nextBlockDifficulty(node, parameters)), recorded.nextdifficulty)
  expectSame('earliest time of a child', minimumBlockTime(node, parameters).toString(), recorded.mintime)
  expectSame('magic of a child', isSameMagic(nextMagic(header.magic), decode(Magic, fromHex(recorded.nextmagic))), true)
}

/** Weights are compared as decimal numbers. */
export function expectWeight(what: string, weight: Weight, recorded: string): void {
  if (compareWeights(weight, parseWeight(recorded)) !== 0) {
    throw new ReplayError('mismatch', `${what}: expected ${recorded}, computed ${weight.unscaled}E-${weight.scale}`, {
      what,
    })
  }
}

const parseWeight = (text: string): Weight => {
  const [whole = '0', decimals = ''] = text.split('.')
  return { unscaled: BigInt(whole + decimals), scale: decimals.length }
}
