import type { Codec } from '../codec/index.ts'
import { list, struct } from '../codec/index.ts'
import { MMREntry } from '../mmr/index.ts'
import { Coin } from './coin.ts'
import { CoinProof } from './coin-proof.ts'
import { TxPoW } from './txpow.ts'

/**
 * All that is needed to move the coin MMR by one block without the listed transactions: the peaks of the parent's MMR
 * (highest row first), the coins spent with proofs to those peaks, and the coins made, whose entry, `created` and `spent`
 * are set when the block is applied. Source: minima-global/Minima: src/org/minima/objects/TxBlock.java
 */
export interface TxBlock {
  readonly txpow: TxPoW
  readonly previousPeaks: readonly MMREntry[]
  readonly spentCoins: readonly CoinProof[]
  readonly newCoins: readonly Coin[]
}

export const TxBlock: Codec<TxBlock> = struct<TxBlock>({
  txpow: TxPoW,
  previousPeaks: list(MMREntry),
  spentCoins: list(CoinProof),
  newCoins: list(Coin),
})
