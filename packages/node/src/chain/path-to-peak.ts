import {
  type Coin,
  type CoinProof,
  coinLeaf,
  entryIndex,
  type MMRData,
  mmrDataEqual,
  parentNode,
} from '@minipolis/minima'
import type { BlockNode } from './block-node.ts'

/** The nodes from a coin's leaf up, as its proof tells them: in row 0 the leaf. Unlike a hash alone, it knows its place. */
export interface PathToPeak {
  readonly coin: Coin
  readonly entry: number
  readonly nodes: readonly MMRData[]
}

/** No mountain is higher: longer proofs lead to the root, and what is above the peak is not needed. */
const ROWS_MAX = 52

/** Undefined for a coin whose entry number no tree has. @throws NumberError where sums leave the range */
export function pathToPeak({ coin, proof }: CoinProof): PathToPeak | undefined {
  const entry = entryIndex(coin.mmrEntry)
  if (entry === undefined) return undefined
  const nodes = [coinLeaf(coin)]
  let place = entry
  for (const { data } of proof.chunks.slice(0, ROWS_MAX)) {
    const node = nodes.at(-1)!
    nodes.push(place % 2 === 0 ? parentNode(node, data) : parentNode(data, node))
    place = Math.floor(place / 2)
  }
  return { coin, entry, nodes }
}

/** Whether the path leads to a peak of the coin tree after a block: the coin is unspent there, and can be proved from here on. */
export const leadsToPeak = ({ entry, nodes }: PathToPeak, { mmr }: BlockNode): boolean =>
  mmr.peaks().some(({ row, entry: peak, data }) => {
    const node = nodes[row]
    return node !== undefined && BigInt(Math.floor(entry / 2 ** row)) === peak && mmrDataEqual(node, data)
  })

/**
 * The oldest block, going down from `from`, whose coin tree the path belongs to: the further down a coin is taken in, the deeper
 * a reorganisation it survives. Undefined when it belongs to none.
 */
export function oldestWith(path: PathToPeak, from: BlockNode | undefined): BlockNode | undefined {
  let oldest: BlockNode | undefined
  for (let block = from; block !== undefined && leadsToPeak(path, block); block = block.parent) oldest = block
  return oldest
}
