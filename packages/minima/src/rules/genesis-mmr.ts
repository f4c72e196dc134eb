import { MMR } from '../mmr/index.ts'
import { coinLeaf, GENESIS_COIN } from '../objects/index.ts'

/** The coin tree of block 0, from which block 1 takes its coin: the genesis coin alone. */
export function createGenesisMmr(): MMR {
  const mmr = new MMR()
  mmr.append(coinLeaf(GENESIS_COIN))
  mmr.finalise()
  return mmr
}
