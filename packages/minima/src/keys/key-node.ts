import { bytesEqual, concatBytes, data, encode, miniNumber, utf8 } from '../codec/index.ts'
import { hashObjects } from '../hash/index.ts'
import { leafNode, MMR, type MMRProof } from '../mmr/index.ts'
import { MiniNumber } from '../number/index.ts'
import { KeyError } from './key-error.ts'
import { signWinternitz, winternitzPublicKey } from './winternitz.ts'

const KEY_BYTES = 32
const TAG_BYTES = 32
const tagPurpose = utf8('minipolis key node 1')

/** H(W(number i) ‖ W(data seed)): seed of one-time key or child i. */
const numberedSeed = (index: number, seed: Uint8Array): Uint8Array =>
  hashObjects([miniNumber, MiniNumber.of(index)], [data, seed])

/** Seed of the child node below one-time key `index` of the node with this seed. */
export const childSeed = (seed: Uint8Array, index: number): Uint8Array => numberedSeed(index, hashObjects([data, seed]))

/**
 * One node of a tree key: n one-time keys and the Merkle mountain range over their public keys, whose root is the node's
 * public key. Source: minima-global/Minima: src/org/minima/objects/keys/TreeKeyNode.java, spec 02 section 3.1.
 */
export class KeyNode {
  /** 32 bytes each. */
  readonly oneTimeKeys: readonly Uint8Array[]
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  private readonly seed: Uint8Array
  private readonly mmr = new MMR()

  /** `oneTimeKeys` must be those of the seed: `buildKeyNode` makes them, `decodeKeyNode` checks them. */
  constructor(seed: Uint8Array, oneTimeKeys: readonly Uint8Array[]) {
    this.seed = seed.slice()
    this.oneTimeKeys = oneTimeKeys
    for (const key of oneTimeKeys) this.mmr.append(leafNode(encode(data, key), MiniNumber.ZERO))
    this.mmr.finalise()
    this.publicKey = this.mmr.root()!.data
  }

  /** Signature of one-time key `index`, its public key and the path from there to this node's public key. */
  sign(index: number, message: Uint8Array): { publicKey: Uint8Array; signature: Uint8Array; proof: MMRProof } {
    return {
      publicKey: this.oneTimeKeys[index]!,
      signature: signWinternitz(numberedSeed(index, this.seed), message),
      proof: this.mmr.proof(index),
    }
  }

  /**
   * For storage: 32 bytes per one-time key and a 32-byte tag. Making a node costs 8,700 hashes per key; reading it back
   * two. No secret is in it, and nothing about the private key can be learned from it.
   */
  encode(): Uint8Array {
    return concatBytes(...this.oneTimeKeys, tag(this.seed, this.oneTimeKeys))
  }
}

/**
 * Ties stored keys to the seed. A changed key would not only spoil signatures: the key above would sign it, and later
 * sign the right one too, and a one-time key that signs twice is broken.
 */
const tag = (seed: Uint8Array, oneTimeKeys: readonly Uint8Array[]): Uint8Array =>
  hashObjects([data, tagPurpose], [data, seed], [data, concatBytes(...oneTimeKeys)])

/** Reads what `encode` wrote. @throws KeyError `key-node-damaged` */
export function decodeKeyNode(seed: Uint8Array, bytes: Uint8Array): KeyNode {
  const count = (bytes.length - TAG_BYTES) / KEY_BYTES
  if (!Number.isInteger(count) || count < 1) {
    throw new KeyError('key-node-damaged', `${bytes.length} bytes are no stored key node; make the node again`)
  }
  const oneTimeKeys = Array.from({ length: count }, (_, index) =>
    bytes.slice(index * KEY_BYTES, (index + 1) * KEY_BYTES),
  )
  if (!bytesEqual(tag(seed, oneTimeKeys), bytes.subarray(count * KEY_BYTES))) {
    throw new KeyError('key-node-damaged', 'the stored key node is not one of this key; make the node again')
  }
  return new KeyNode(seed, oneTimeKeys)
}

/**
 * Makes a node key by key, about 2 ms each, and yields how many are made, so that a caller can do other things in
 * between.
 */
export function* buildKeyNode(seed: Uint8Array, keysPerLevel: number): Generator<number, KeyNode> {
  const oneTimeKeys: Uint8Array[] = []
  while (oneTimeKeys.length < keysPerLevel) {
    oneTimeKeys.push(winternitzPublicKey(numberedSeed(oneTimeKeys.length, seed)))
    yield oneTimeKeys.length
  }
  return new KeyNode(seed, oneTimeKeys)
}

/** Makes a node in one go: about 0.12 s for 64 keys. */
export function createKeyNode(seed: Uint8Array, keysPerLevel: number): KeyNode {
  const building = buildKeyNode(seed, keysPerLevel)
  for (;;) {
    const step = building.next()
    if (step.done) return step.value
  }
}
