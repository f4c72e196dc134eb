import {
  bagPeaks,
  bytesEqual,
  type Coin,
  CoinProof,
  coinProofPeak,
  mmrDataEqual,
  type TxHeader,
} from '@minipolis/minima'
import { Peaks } from '../anchor/index.ts'
import { broken } from './check-packs.ts'
import { readExact } from './exact-bytes.ts'

/** Peaks of the largest coin tree: one per row. */
const PEAKS_MAX = 64

/** The unspent coin that a proof and the peaks of a block show to be in that block's coin tree. */
export function provenCoin({ proof, peaks }: { proof: string; peaks: string }, header: TxHeader): Coin {
  const coinProof = readExact(CoinProof, proof, 'coin proof')
  const { coin } = coinProof
  const { blockTime, chunks } = coinProof.proof
  if (blockTime.scale !== 0 || !blockTime.equals(header.blockNumber)) {
    throw broken(`the coin proof is of block ${blockTime}, not of block ${header.blockNumber}`)
  }
  if (chunks.some(({ left }) => left !== 0 && left !== 1)) throw broken('the coin proof is not in its one written form')
  const nodes = readExact(Peaks, peaks, 'list of peaks')
  const root = nodes.length <= PEAKS_MAX ? bagPeaks(nodes) : undefined
  if (!root || !bytesEqual(root.data, header.mmrRoot) || !root.value.equals(header.mmrTotal)) {
    throw broken(`the peaks are not those of the coin tree of block ${header.blockNumber}`)
  }
  const peak = coinProofPeak(coinProof)
  if (!nodes.some((node) => mmrDataEqual(node, peak)))
    throw broken(`the coin is not in the coin tree of block ${header.blockNumber}`)
  if (coin.spent !== 0) throw broken('the coin is marked as spent')
  return coin
}
