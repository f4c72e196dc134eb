/** A complete subtree: leaves `index × 2^height` and the following `2^height - 1`. */
export interface Subtree {
  readonly height: number
  readonly index: number
}

/** Leaves `begin` (inclusive) to `end` (exclusive). */
export interface LeafRange {
  readonly begin: number
  readonly end: number
}

/**
 * The complete subtrees that tile a range, from left to right. `begin` must be a multiple of the largest power of two that
 * fits the range, as in every range that a Merkle proof names; sizes then fall strictly.
 */
export function completeSubtrees({ begin, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = []
  let at = begin
  while (at < end) {
    const height = Math.floor(Math.log2(end - at))
    // Math.log2 rounds: 2^48 - 1 would count as 2^48.
    const exact = 2 ** height > end - at ? height - 1 : height
    subtrees.push({ height: exact, index: at / 2 ** exact })
    at += 2 ** exact
  }
  return subtrees
}

/** The largest power of two strictly below `n`, for `n` of 2 or more: where RFC 6962 splits a tree. */
export function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}
