import { bytesEqual, data, encode } from '../codec/index.ts'
import { calculateProof, leafNode, type MMRProof } from '../mmr/index.ts'
import { MiniNumber, NumberError } from '../number/index.ts'
import type { KnownLinks } from './known-links.ts'
import { verifyWinternitz } from './winternitz.ts'

/** Most levels a tree key may have, and most parts a valid signature. */
export const TREE_KEY_LEVELS_MAX = 8

/** One level of a tree key's signature: a one-time signature and the path from its key to the key of its node. */
export interface TreeSignatureProof {
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
  readonly proof: MMRProof
}

/** A tree key's signature, root level first; the wire object `Signature` has this form. */
export interface TreeSignature {
  readonly proofs: readonly TreeSignatureProof[]
}

/** Public key of the node that the one-time key belongs to. @throws NumberError `number-range` for absurd values in the path */
const nodeKey = ({ publicKey, proof }: TreeSignatureProof): Uint8Array =>
  calculateProof(leafNode(encode(data, publicKey), MiniNumber.ZERO), proof).data

/**
 * Whether the signature is one of `message` (usually a transaction id) by the tree key with this public key. Every level
 * signs the node key of the next, the last signs the message. The number of levels is free: 1 to 8. Never throws.
 * Levels in `known` are not checked again, and those found right are put there, but for the last, which is never seen twice.
 * Source: minima-global/Minima: src/org/minima/objects/keys/TreeKey.java, spec 02 section 3.4.
 */
export function verifyTreeSignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  { proofs }: TreeSignature,
  known?: KnownLinks,
): boolean {
  if (proofs.length === 0 || proofs.length > TREE_KEY_LEVELS_MAX) return false
  let nodeKeys: Uint8Array[]
  try {
    nodeKeys = proofs.map(nodeKey)
  } catch (error) {
    if (error instanceof NumberError) return false
    throw error
  }
  if (!bytesEqual(nodeKeys[0]!, publicKey)) return false
  const claims = proofs.map((proof, level) => ({
    publicKey: proof.publicKey,
    signature: proof.signature,
    message: nodeKeys[level + 1] ?? message,
  }))
  const newLinks = claims.slice(0, -1).filter((link) => !known?.has(link))
  if (!verifyWinternitz(...newLinks, claims.at(-1)!)) return false
  for (const link of newLinks) known?.add(link)
  return true
}
