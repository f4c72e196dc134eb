import type { Codec } from '../codec/index.ts'
import { struct } from '../codec/index.ts'
import { calculateProof } from '../mmr/calculate-proof.ts'
import { type MMRData, MMRProof } from '../mmr/index.ts'
import { Coin } from './coin.ts'
import { objectLeaf } from './object-leaf.ts'

/**
 * A coin and the path from its leaf to a peak of the coin MMR.
 * Source: minima-global/Minima: src/org/minima/objects/CoinProof.java
 */
export interface CoinProof {
  readonly coin: Coin
  readonly proof: MMRProof
}

export const CoinProof: Codec<CoinProof> = struct<CoinProof>({ coin: Coin, proof: MMRProof })

/** The leaf of an unspent coin: the coin with its amount as value. */
export const coinLeaf = (coin: Coin): MMRData => objectLeaf(Coin, coin, coin.amount)

/** The leaf of a spent coin: the coin with its flag set and value 0. */
export const spentCoinLeaf = (coin: Coin): MMRData => objectLeaf(Coin, { ...coin, spent: 1 })

/** The peak that coin and path lead to. @throws NumberError `number-range` when a sum leaves the range */
export const coinProofPeak = ({ coin, proof }: CoinProof): MMRData => calculateProof(coinLeaf(coin), proof)
