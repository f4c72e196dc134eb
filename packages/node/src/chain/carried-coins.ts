import { Coin, coinLeaf, decode, encode, entryIndex, list } from '@minipolis/minima'
import type { BlockNode } from './block-node.ts'

const coinList = list(Coin)

/**
 * Takes coins that are older than the new root into its MMR, leaf and path, so that they can be proved when the blocks below
 * are gone. Root and peaks stay as they are. Call it before the tree is cut.
 *
 * @param coins unspent after `root`, with a path known to it
 * @returns the coins to remember beside those of the tree
 */
export function carryCoins(root: BlockNode, coins: Iterable<Coin>): Coin[] {
  const carried: Coin[] = []
  for (const coin of coins) {
    const entry = entryIndex(coin.mmrEntry)
    if (entry === undefined) continue
    root.mmr.remember(entry, root.mmr.proofToPeak(entry), coinLeaf(coin))
    // A copy: the coin may be a view of a block that is about to be forgotten.
    carried.push(decode(Coin, encode(Coin, coin)))
  }
  return carried
}

export const encodeCoins = (coins: readonly Coin[]): Uint8Array => encode(coinList, coins)
export const decodeCoins = (bytes: Uint8Array): readonly Coin[] => decode(coinList, bytes)
