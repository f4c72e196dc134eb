import { MMRError } from './mmr-error.ts'

/**
 * Places in a mountain range. Row 0 holds the leaves, entries count from 0 in each row; the parent of (row, entry) is
 * (row + 1, floor(entry / 2)). Source: minima-global/Minima: src/org/minima/database/mmr/MMREntry.java
 */
export interface Position {
  readonly row: number
  readonly entry: number
}

/** Rows of a mountain range, so rows run from 0 to 255. */
export const MMR_ROWS = 256

/** Entries of one row. The wire knows larger numbers; a chain that creates a million coins a second gets here in 142 years. */
export const MMR_ENTRIES_MAX = 2 ** 52

export const isLeft = (entry: number): boolean => entry % 2 === 0
export const siblingOf = (entry: number): number => (entry % 2 === 0 ? entry + 1 : entry - 1)
export const parentOf = (entry: number): number => Math.floor(entry / 2)

/**
 * One number per node, (2 · entry + 1) · 2^row: the in-order number of the node in an infinite binary tree, exact as a double
 * because the odd factor has at most 53 bits. Small ones are machine integers, the cheapest keys a `Map` can have.
 */
export const positionKey = (row: number, entry: number): number => (2 * entry + 1) * 2 ** row

/** The inverse of `positionKey`. */
export function keyPosition(key: number): Position {
  let row = 0
  let odd = key
  while (odd % 2 === 0) {
    odd /= 2
    row++
  }
  return { row, entry: (odd - 1) / 2 }
}

/** Insists that a node may stand at this place. @throws MMRError `position` */
export function assertPosition(row: number, entry: number): void {
  if (!Number.isInteger(row) || row < 0 || row >= MMR_ROWS)
    throw new MMRError('position', `row ${row} is outside 0 to ${MMR_ROWS - 1}`, { row })
  if (!Number.isInteger(entry) || entry < 0 || entry >= MMR_ENTRIES_MAX)
    throw new MMRError('position', `entry ${entry} is outside 0 to 2^52 - 1`, { entry })
}
