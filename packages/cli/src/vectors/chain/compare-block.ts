import {
  Coin,
  encode,
  isSameMagic,
  Magic,
  minimumBlockTime,
  type NetworkParameters,
  nextBlockDifficulty,
  nextMagic,
  parentId,
  Reader,
  TxBlock,
} from '@minipolis/minima'
import { expectSame, hexOf } from '../check-case.ts'
import { plainPeak } from '../kinds/mmr-recorded.ts'
import type { Recorded } from '../recorded.ts'
import { expectWeight } from './recorded-chain.ts'
import type { ReplayBlock } from './replay-block.ts'

/** Blocks that touch more coins are recorded without them. */
const RECORDED_COINS_MAX = 40

/** Compares a block of the tree with its recording. @throws VectorError `mismatch` */
export function compareBlock(block: ReplayBlock, recorded: Recorded, parameters: NetworkParameters): void {
  const { header, mmr, txpow } = block
  expectSame('number', header.blockNumber.toString(), recorded.text('number'))
  expectSame('parent', hexOf(parentId(header)), recorded.text('parent'))
  expectSame('time', header.time.toString(), recorded.text('time'))
  expectSame('difficulty', hexOf(header.blockDifficulty), recorded.text('difficulty'))
  expectSame('superlevel', block.superLevel, recorded.number('superlevel'))
  expectWeight('weight', block.weight, recorded.text('weight'))
  expectSame('txnlist', txpow.body?.txpowIds.map(hexOf), recorded.texts('txnlist'))
  expectSame('txblock', hexOf(encode(TxBlock, block.txBlock)), recorded.text('txblock'))
  compareTree(mmr, recorded.record('mmr'))
  compareCoins([...block.spent, ...block.created], recorded)
  expectSame('nextdifficulty', hexOf(nextBlockDifficulty(block, parameters)), recorded.text('nextdifficulty'))
  expectSame('mintime', minimumBlockTime(block, parameters).toString(), recorded.text('mintime'))
  const magic = Magic.read(new Reader(recorded.bytes('nextmagic')))
  expectSame('nextmagic', isSameMagic(nextMagic(header.magic), magic), true)
}

const compareTree = (mmr: ReplayBlock['mmr'], recorded: Recorded): void => {
  const root = mmr.root()
  expectSame('MMR root', root && hexOf(root.data), recorded.text('root'))
  expectSame('MMR total', root?.value.toString(), recorded.text('total'))
  expectSame('MMR entry number', String(mmr.entryNumber), recorded.text('entrynumber'))
  expectSame('MMR peaks', mmr.peaks().map(plainPeak), recorded.list('peaks'))
}

const compareCoins = (coins: readonly Coin[], recorded: Recorded): void => {
  if (!recorded.has('coins') || coins.length > RECORDED_COINS_MAX) return
  const shown = coins.map((coin) => ({
    coinid: hexOf(coin.coinId),
    mmrentry: String(coin.mmrEntry),
    spent: coin.spent !== 0,
    coin: hexOf(encode(Coin, coin)),
  }))
  expectSame('coins', shown, recorded.list('coins'))
}
