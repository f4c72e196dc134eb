import { ed25519 as noble } from '@noble/curves/ed25519.js'

/** Bytes of a secret seed and of a public key. */
export const ED25519_KEY_SIZE = 32

/** Bytes of a signature. */
export const ED25519_SIGNATURE_SIZE = 64

/** Ed25519 (RFC 8032), as a port: servers give the one of their runtime, browsers the portable one below. */
export interface Ed25519 {
  /** The public key of a 32-byte secret seed. */
  publicKey(secret: Uint8Array): Uint8Array
  /** A signature of 64 bytes under a 32-byte secret seed. */
  sign(message: Uint8Array, secret: Uint8Array): Uint8Array
  /** False for anything malformed: a wrong length never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  /** The same judgement off the calling thread, where the runtime can do it. */
  verifyAsync?(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean>
}

/** Ed25519 that runs everywhere; about a millisecond per verification. */
export const ed25519: Ed25519 = {
  publicKey: (secret) => noble.getPublicKey(secret),
  sign: (message, secret) => noble.sign(message, secret),
  verify(signature, message, publicKey) {
    if (signature.length !== ED25519_SIGNATURE_SIZE || publicKey.length !== ED25519_KEY_SIZE) return false
    try {
      // RFC 8032 strictly: one valid signature text per message and nonce, as node:crypto judges too.
      return noble.verify(signature, message, publicKey, { zip215: false })
    } catch {
      return false
    }
  },
}
