import { type Sha256, sha256 } from '../crypto/sha256.ts'
import { HASH_SIZE } from './log-store.ts'

/** Hashing of the log's Merkle tree. Source: RFC 6962 §2.1. */
export interface MerkleHash {
  /** Root of the tree without leaves. */
  readonly empty: Uint8Array
  /** SHA-256(0x00 ‖ entry). */
  leaf(entry: Uint8Array): Uint8Array
  /** SHA-256(0x01 ‖ left ‖ right). */
  node(left: Uint8Array, right: Uint8Array): Uint8Array
}

/** Merkle hashing over a given SHA-256; servers give their runtime's, about three times as fast as the portable one. */
export function createMerkleHash(hash: Sha256): MerkleHash {
  // One buffer for all nodes: a log of a million leaves hashes a million of them.
  const pair = new Uint8Array(1 + 2 * HASH_SIZE)
  pair[0] = 1
  return {
    empty: hash(new Uint8Array(0)),
    leaf(entry) {
      const prefixed = new Uint8Array(1 + entry.length)
      prefixed.set(entry, 1)
      return hash(prefixed)
    },
    node(left, right) {
      pair.set(left, 1)
      pair.set(right, 1 + HASH_SIZE)
      return hash(pair)
    },
  }
}

/** Merkle hashing that runs everywhere. */
export const merkleHash: MerkleHash = createMerkleHash(sha256)
