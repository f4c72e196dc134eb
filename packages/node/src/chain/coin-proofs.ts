import { type Coin, type CoinProof, entryIndex } from '@minipolis/minima'
import type { BlockNode } from './block-node.ts'
import type { BlockTree } from './block-tree.ts'

/**
 * A proof to the peak for a coin that is unspent at the tip, made in the oldest block that a proof may come from: the coin's own
 * block, or the one `proofHistory` below the tip. So the same coin gives the same proof for as long as possible.
 */
export const exportCoin = (tree: BlockTree, coin: Coin, proofHistory: number): CoinProof | undefined =>
  proveInputs(tree, [coin], proofHistory)?.[0]

/**
 * Proofs for coins that a transaction spends, all made in one block: as old as the newest coin allows, at most
 * `proofHistory` below the tip, so that they survive reorganisations above. Source: spec 05 section 18.4
 */
export function proveInputs(tree: BlockTree, coins: readonly Coin[], proofHistory: number): CoinProof[] | undefined {
  const { root, tip } = tree
  if (root === undefined || tip === undefined) return undefined
  const entries = coins.map(({ mmrEntry }) => entryIndex(mmrEntry))
  const newest = Math.max(...coins.map(({ created }) => Number(created.toBigInt())))
  // Carried coins are older than the root, which proves them as well.
  const wanted = Math.min(tip.number, Math.max(root.number, newest, tip.number - proofHistory))
  // A coin that was imported with a proof of a younger block is not known before that one.
  const { mmr } = tree.mainFrom(wanted).find((block) => entries.every((entry) => knows(block, entry))) ?? {}
  return mmr && coins.map((coin, i) => ({ coin, proof: mmr.proofToPeak(entries[i]!) }))
}

const knows = ({ mmr }: BlockNode, entry: number | undefined): boolean =>
  entry !== undefined && mmr.get(0, entry) !== undefined
