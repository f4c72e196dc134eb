import { toHex } from '../codec/index.ts'
import type { MMR } from '../mmr/index.ts'
import { type CoinProof, coinLeaf, type TxPoW } from '../objects/index.ts'
import { ACCEPTED, type CheckResult, judge, reject } from './check-result.ts'

/**
 * Every coin proof of a unit shows a coin that is unspent in this tree: it holds in the tree of the block it was made in, and no
 * block since has changed the coin. How old a proof may be is limited by the root of the tree only.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkMMR), spec 05 section 10.8.
 */
export const checkCoinProofs = ({ body }: TxPoW, mmr: MMR): CheckResult =>
  judge(() => {
    if (body === null) return reject('no-body', 'a bare header proves no coins')
    const unproved = [...body.witness.coinProofs, ...body.burnWitness.coinProofs].find((proof) => !isProved(proof, mmr))
    return unproved === undefined
      ? ACCEPTED
      : reject('coin-proof', `the proof of coin ${toHex(unproved.coin.coinId)} does not hold at block ${mmr.blockTime}`)
  })

const isProved = ({ coin, proof }: CoinProof, mmr: MMR): boolean =>
  mmr.checkTimeValid(coin.mmrEntry, coinLeaf(coin), proof)
