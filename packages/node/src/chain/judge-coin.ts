import { bytesEqual, type CoinProof, coinLeaf, entryIndex, MiniNumber, MinipolisError } from '@minipolis/minima'
import type { BlockNode } from './block-node.ts'
import type { BlockTree } from './block-tree.ts'
import { leadsToPeak, pathToPeak } from './path-to-peak.ts'

/**
 * What a coin proof shows at the tip.
 *
 * - `unspent`: the coin was unspent in `block`, where the proof was made, and is still.
 * - `spent`: it has been spent since.
 * - `stale`: the proof was made before the oldest block that this node can check it with.
 * - `future`: it was made in a block that this node has not got.
 * - `false`: it does not belong to that block: it is forged, damaged, or of another branch.
 * - `full`: too many coins were imported lately.
 */
export type CoinVerdict =
  | { readonly kind: 'unspent'; readonly block: BlockNode }
  | { readonly kind: 'spent' | 'stale' | 'future' | 'false' | 'full'; readonly detail: string }

/** Source: minima-global/Minima: src/org/minima/system/commands/base/coinimport.java, spec 05 section 10.8 */
export function judgeCoin(tree: BlockTree, given: CoinProof): CoinVerdict {
  const { coin, proof } = given
  const { root, tip } = tree
  if (coin.spent !== 0) return { kind: 'spent', detail: 'the coin itself says that it is spent' }
  if (root === undefined || tip === undefined) return { kind: 'future', detail: 'there is no chain yet' }
  const made = proof.blockTime
  if (made.lessThan(MiniNumber.of(root.number))) {
    const detail = `it was made in block ${made}, and this node checks proofs from block ${root.number} on; export the coin again`
    return { kind: 'stale', detail }
  }
  if (made.moreThan(MiniNumber.of(tip.number))) {
    return { kind: 'future', detail: `it was made in block ${made}, and the newest block here is ${tip.number}` }
  }
  const block = tree.mainAt(Number(made.toString()))
  if (block === undefined || !holdsIn(given, block)) {
    return { kind: 'false', detail: `it does not belong to the coins of block ${made}` }
  }
  const now = tip.mmr.get(0, entryIndex(coin.mmrEntry)!, block.mmr.blockTime)
  return now === undefined || bytesEqual(now.data, coinLeaf(coin).data)
    ? { kind: 'unspent', block }
    : { kind: 'spent', detail: `the coin was spent after block ${made}` }
}

function holdsIn(given: CoinProof, block: BlockNode): boolean {
  try {
    const path = pathToPeak(given)
    return path !== undefined && leadsToPeak(path, block)
  } catch (error) {
    // Sums that leave the range of numbers.
    if (error instanceof MinipolisError) return false
    throw error
  }
}
