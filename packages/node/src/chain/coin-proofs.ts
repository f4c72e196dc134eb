import { type Coin, type CoinProof, entryIndex, type MMRProof } from '@minipolis/minima'
import type { BlockNode } from './block-node.ts'
import type { BlockTree } from './block-tree.ts'

/**
 * A proof to the peak for a coin that is unspent at the tip, made in the oldest block that a proof may come from: the coin's own
 * block, or the one `proofHistory` below the tip. So the same coin gives the same proof for as long as possible.
 */
export function exportCoin(tree: BlockTree, coin: Coin, proofHistory: number): CoinProof | undefined {
  const { tip } = tree
  if (tip === undefined) return undefined
  const created = Number(coin.created.toBigInt())
  const proof = proveAt(blockFor(tree, tip, Math.max(tip.number - proofHistory, created)), coin)
  return proof && { coin, proof }
}

/**
 * Proofs for coins that a transaction spends, all made in one block: as old as the newest coin allows, at most
 * `proofHistory` below the tip, so that they survive reorganisations above. Source: spec 05 section 18.4
 */
export function proveInputs(tree: BlockTree, coins: readonly Coin[], proofHistory: number): CoinProof[] | undefined {
  const { tip } = tree
  if (tip === undefined) return undefined
  const newest = Math.max(...coins.map(({ created }) => Number(created.toBigInt())))
  const block = blockFor(tree, tip, Math.max(tip.number - proofHistory, newest))
  const proofs: CoinProof[] = []
  for (const coin of coins) {
    const proof = proveAt(block, coin)
    if (proof === undefined) return undefined
    proofs.push({ coin, proof })
  }
  return proofs
}

/** Carried coins are older than the root, which proves them as well. */
const blockFor = (tree: BlockTree, tip: BlockNode, number: number): BlockNode =>
  tree.mainAt(Math.min(tip.number, Math.max(number, tree.root!.number))) ?? tip

function proveAt({ mmr }: BlockNode, coin: Coin): MMRProof | undefined {
  const entry = entryIndex(coin.mmrEntry)
  return entry === undefined || mmr.get(0, entry) === undefined ? undefined : mmr.proofToPeak(entry)
}
