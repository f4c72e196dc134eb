import { type Coin, entryIndex, type MMR, type MMRData, positionKey } from '@minipolis/minima'

/** What a block did to the coins, as its place in the tree of blocks knows it. */
export interface CoinBlock {
  readonly number: number
  /** The coin tree after the block, with the nodes that the block touched. */
  readonly mmr: MMR
  readonly spent: readonly Coin[]
  readonly created: readonly Coin[]
}

/** What a row of blocks did in the end. */
export interface BlockChanges {
  /** Nodes by position; `undefined` for those that are no longer needed. */
  readonly nodes: ReadonlyMap<number, MMRData | undefined>
  readonly spent: readonly Coin[]
  readonly created: readonly Coin[]
}

/**
 * Sums up what blocks did: each touched the nodes on the ways from its coins to their peaks, and the newest version counts. Below
 * a node of value 0 nothing can be spent any more, so its children go. Source: spec 03 section 8
 *
 * @param blocks one after the other, oldest first
 */
export function changesOf(blocks: readonly CoinBlock[]): BlockChanges {
  const nodes = new Map<number, MMRData | undefined>()
  const created = new Map<number, Coin>()
  const spent: Coin[] = []
  for (const block of blocks) {
    for (const { row, entry, data } of block.mmr.entries()) nodes.set(positionKey(row, entryIndex(entry)!), data)
    for (const coin of block.created) created.set(entryIndex(coin.mmrEntry)!, coin)
    for (const coin of block.spent) {
      if (!created.delete(entryIndex(coin.mmrEntry)!)) spent.push(coin)
    }
  }
  const needless = new Set<number>()
  for (const block of blocks) for (const coin of block.spent) prune(nodes, entryIndex(coin.mmrEntry)!, needless)
  for (const position of needless) nodes.set(position, undefined)
  return { nodes, spent, created: [...created.values()] }
}

/** Only nodes above a spent coin can have come to 0, and what was 0 before has no children any more. */
function prune(nodes: ReadonlyMap<number, MMRData | undefined>, leaf: number, needless: Set<number>): void {
  let left = leaf - (leaf % 2)
  for (let row = 1; nodes.get(positionKey(row, left / 2))?.value.isZero() === true; row++) {
    needless.add(positionKey(row - 1, left)).add(positionKey(row - 1, left + 1))
    const parent = left / 2
    left = parent - (parent % 2)
  }
}
