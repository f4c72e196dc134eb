import { entryIndex } from './entry-number.ts'
import type { MMR } from './mmr.ts'

/**
 * Drops the two children of every node whose value is 0, lower levels first. The node itself stays, as a sibling for others.
 * Peaks, entry count and root do not change. Source: minima-global/Minima: src/org/minima/database/mmr/MMR.java (pruneTree)
 */
export function pruneSpent(mmr: MMR): void {
  const prune = (row: number, entry: number): void => {
    const node = mmr.get(row, entry)
    if (node === undefined || row === 0) return
    prune(row - 1, 2 * entry)
    prune(row - 1, 2 * entry + 1)
    if (node.value.isZero()) removeChildren(mmr, row, entry)
  }
  forEachPeak(mmr, prune)
}

/**
 * Drops the two children of every node whose sides are each unspendable or of value 0; a node without known children counts as
 * unspendable. Source: minima-global/Minima: src/org/minima/database/mmr/MMR.java (scanUnspendableTree)
 *
 * @param unspendable whether the leaf with this entry number can never be spent
 * @returns entry numbers of the leaves that were dropped
 */
export function pruneUnspendable(mmr: MMR, unspendable: (entry: number) => boolean): number[] {
  const dropped: number[] = []
  const scan = (row: number, entry: number): boolean => {
    if (mmr.get(row, entry) === undefined) return true
    if (row === 0) return unspendable(entry)
    const below = row - 1
    const sides = [2 * entry, 2 * entry + 1]
    const gone = sides.map((side) => scan(below, side) || (mmr.get(below, side)?.value.isZero() ?? true))
    if (gone.includes(false)) return false
    if (below === 0) dropped.push(...sides.filter((side) => mmr.get(0, side) !== undefined))
    removeChildren(mmr, row, entry)
    return true
  }
  forEachPeak(mmr, scan)
  return dropped
}

const removeChildren = (mmr: MMR, row: number, entry: number): void => {
  mmr.remove(row - 1, 2 * entry)
  mmr.remove(row - 1, 2 * entry + 1)
}

/** At most 256 rows deep, so recursion from a peak is safe. */
function forEachPeak(mmr: MMR, visit: (row: number, entry: number) => void): void {
  for (const { row, entry } of mmr.peaks()) visit(row, entryIndex(entry)!)
}
