import type { MerkleHash } from './merkle-hash.ts'

/** Called for each subtree that a new leaf completes: leaves `index × 2^height` and the following `2^height - 1`. */
export type OnSubtree = (height: number, index: number, hash: Uint8Array) => void

/**
 * The right edge of an append-only Merkle tree: the roots of its complete subtrees, one per set bit of the size. Enough to
 * append and to know the root; a few hundred bytes for any size.
 *
 * Source: transparency-dev/merkle, "compact ranges".
 */
export class CompactRange {
  readonly #hash: MerkleHash
  /** Largest subtree first. */
  readonly #roots: Uint8Array[]
  #size: number

  private constructor(hash: MerkleHash, size: number, roots: Uint8Array[]) {
    this.#hash = hash
    this.#size = size
    this.#roots = roots
  }

  static empty(hash: MerkleHash): CompactRange {
    return new CompactRange(hash, 0, [])
  }

  /** From the roots of the complete subtrees of a tree of `size` leaves, largest first: see `completeSubtrees`. */
  static from(hash: MerkleHash, size: number, roots: readonly Uint8Array[]): CompactRange {
    return new CompactRange(hash, size, [...roots])
  }

  get size(): number {
    return this.#size
  }

  copy(): CompactRange {
    return new CompactRange(this.#hash, this.#size, [...this.#roots])
  }

  push(leafHash: Uint8Array, onSubtree?: OnSubtree): void {
    let hash = leafHash
    let index = this.#size
    onSubtree?.(0, index, hash)
    for (let height = 1; index % 2 === 1; height++) {
      hash = this.#hash.node(this.#roots.pop()!, hash)
      index = (index - 1) / 2
      onSubtree?.(height, index, hash)
    }
    this.#roots.push(hash)
    this.#size++
  }

  /** Root hash of the whole tree. */
  root(): Uint8Array {
    return foldRight(this.#hash, this.#roots) ?? this.#hash.empty
  }
}

/** Joins neighbouring subtrees, largest first, into the hash over all of them; `undefined` for none. */
export function foldRight(hash: MerkleHash, roots: readonly Uint8Array[]): Uint8Array | undefined {
  let folded = roots.at(-1)
  for (let i = roots.length - 2; i >= 0; i--) folded = hash.node(roots[i]!, folded!)
  return folded
}
