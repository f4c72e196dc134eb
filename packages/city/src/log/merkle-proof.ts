import { bytesEqual } from '@minipolis/minima'
import type { MerkleHash } from './merkle-hash.ts'
import { type LeafRange, splitPoint } from './subtree.ts'

/**
 * The subtrees whose hashes prove that leaves `first … first + count - 1` stand in a tree of `size` leaves, bottom up, left
 * before right. For one leaf this is exactly the audit path of RFC 6962 §2.1.1; neighbours share one path.
 */
export function inclusionRanges(first: number, count: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = []
  let lo = first
  let hi = first + count - 1
  for (let width = 1, nodes = size; nodes > 1; width *= 2, nodes = Math.ceil(nodes / 2)) {
    if (lo % 2 === 1) ranges.push({ begin: (lo - 1) * width, end: lo * width })
    if (hi % 2 === 0 && hi + 1 < nodes) ranges.push({ begin: (hi + 1) * width, end: Math.min((hi + 2) * width, size) })
    lo = Math.floor(lo / 2)
    hi = Math.floor(hi / 2)
  }
  return ranges
}

/**
 * The root that consecutive leaves and their proof lead to, or `undefined` when the proof has not exactly the hashes that
 * position and size call for.
 */
export function rootFromInclusion(
  hash: MerkleHash,
  proven: { first: number; leaves: readonly Uint8Array[]; size: number },
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  const { first, size } = proven
  const count = proven.leaves.length
  if (count === 0 || !isIndex(first) || !isIndex(size) || first + count > size) return undefined
  let row: readonly Uint8Array[] = proven.leaves
  let lo = first
  let used = 0
  for (let nodes = size; nodes > 1; nodes = Math.ceil(nodes / 2)) {
    const hi = lo + row.length - 1
    const left = lo % 2 === 1 ? proof[used++] : undefined
    const right = hi % 2 === 0 && hi + 1 < nodes ? proof[used++] : undefined
    if (used > proof.length) return undefined
    const full = [...(left ? [left] : []), ...row, ...(right ? [right] : [])]
    const above: Uint8Array[] = []
    // A last node without a sibling moves up as it is.
    for (let i = 0; i < full.length; i += 2)
      above.push(i + 1 < full.length ? hash.node(full[i]!, full[i + 1]!) : full[i]!)
    row = above
    lo = Math.floor(lo / 2)
  }
  return used === proof.length ? row[0] : undefined
}

/** The proof that a run of leaves stands in the tree of all of them, for a tree small enough to have all leaves at hand. */
export function proveInclusion(
  hash: MerkleHash,
  leaves: readonly Uint8Array[],
  first: number,
  count: number,
): Uint8Array[] {
  const proof: Uint8Array[] = []
  let row = leaves
  let lo = first
  let hi = first + count - 1
  while (row.length > 1) {
    if (lo % 2 === 1) proof.push(row[lo - 1]!)
    if (hi % 2 === 0 && hi + 1 < row.length) proof.push(row[hi + 1]!)
    const above: Uint8Array[] = []
    for (let i = 0; i < row.length; i += 2) above.push(i + 1 < row.length ? hash.node(row[i]!, row[i + 1]!) : row[i]!)
    row = above
    lo = Math.floor(lo / 2)
    hi = Math.floor(hi / 2)
  }
  return proof
}

/** The subtrees whose hashes prove that a tree of `from` leaves is the beginning of one of `to`. Source: RFC 6962 §2.1.2. */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  let known = true // whether the verifier knows the hash of the range at hand: it is the old root
  let begin = 0
  let end = to
  let old = from
  const above: LeafRange[] = []
  if (from === 0 || from === to) return []
  while (old !== end - begin) {
    const k = splitPoint(end - begin)
    if (old <= k) {
      above.push({ begin: begin + k, end })
      end = begin + k
    } else {
      above.push({ begin, end: begin + k })
      begin += k
      old -= k
      known = false
    }
  }
  above.reverse()
  return known ? above : [{ begin, end }, ...above]
}

/**
 * Whether the tree `(to, toRoot)` begins with the tree `(from, fromRoot)`.
 *
 * Source: RFC 9162 §2.1.4.2.
 */
export function isConsistent(
  hash: MerkleHash,
  from: { size: number; root: Uint8Array },
  to: { size: number; root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (!isIndex(from.size) || !isIndex(to.size) || from.size > to.size) return false
  if (from.size === to.size) return proof.length === 0 && bytesEqual(from.root, to.root)
  if (from.size === 0) return proof.length === 0 && bytesEqual(from.root, hash.empty)
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : [...proof]
  if (path.length === 0) return false
  let fn = from.size - 1
  let sn = to.size - 1
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  let oldRoot = path[0]!
  let newRoot = path[0]!
  for (const sibling of path.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      oldRoot = hash.node(sibling, oldRoot)
      newRoot = hash.node(sibling, newRoot)
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2)
        sn = Math.floor(sn / 2)
      }
    } else {
      newRoot = hash.node(newRoot, sibling)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && bytesEqual(oldRoot, from.root) && bytesEqual(newRoot, to.root)
}

const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

const isPowerOfTwo = (n: number): boolean => splitPoint(n * 2) === n
