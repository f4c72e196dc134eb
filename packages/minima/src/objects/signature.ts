import type { Codec } from '../codec/index.ts'
import { data, list, struct } from '../codec/index.ts'
import { calculateProof } from '../mmr/calculate-proof.ts'
import { MMRProof } from '../mmr/index.ts'
import { ObjectError } from './object-error.ts'
import { objectLeaf } from './object-leaf.ts'

/**
 * One Winternitz signature and the path from its public key to the root key of its tree.
 * Source: minima-global/Minima: src/org/minima/objects/keys/SignatureProof.java
 */
export interface SignatureProof {
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
  readonly proof: MMRProof
}

export const SignatureProof: Codec<SignatureProof> = struct<SignatureProof>({
  publicKey: data,
  signature: data,
  proof: MMRProof,
})

/** The levels of a tree key's signature, root level first. Source: src/org/minima/objects/keys/Signature.java */
export interface Signature {
  readonly proofs: readonly SignatureProof[]
}

export const Signature: Codec<Signature> = struct<Signature>({ proofs: list(SignatureProof) })

/** The root key that public key and path lead to. 32 bytes. @throws NumberError `number-range` */
export const signatureProofRootKey = ({ publicKey, proof }: SignatureProof): Uint8Array =>
  calculateProof(objectLeaf(data, publicKey), proof).data

/** The key that made a signature: the root key of its first part. @throws ObjectError `empty-signature`; NumberError */
export function signatureRootKey(signature: Signature): Uint8Array {
  const root = signature.proofs[0]
  if (root === undefined) throw new ObjectError('empty-signature', 'a signature without parts has no root key')
  return signatureProofRootKey(root)
}
