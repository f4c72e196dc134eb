import { bytesEqual, concatBytes } from '../codec/index.ts'
import { type HashChain, hashChains, sha3_256 } from '../hash/index.ts'
import { KeyError } from './key-error.ts'

/*
 * The Winternitz one-time signature over SHA3-256 with digits of 8 bits. A private key is 34 chain starts, the public key the
 * hash over the 34 chain ends 255 steps on. A signature shows each chain at the step that a digit of the message hash
 * names; the last two digits are a checksum, so that no digit can be raised without lowering another.
 * Source: minima-global/Minima: src/org/minima/objects/keys/Winternitz.java, spec 02 section 2.
 */

const HASH_BYTES = 32
const STEPS_MAX = 255
const CHECKSUM_DIGITS = 2
const CHAINS = HASH_BYTES + CHECKSUM_DIGITS

/** The least a private seed has; longer ones are cut to it. */
export const WINTERNITZ_SEED_BYTES = 32
export const WINTERNITZ_SIGNATURE_BYTES = CHAINS * HASH_BYTES

/** `a + b + 1` of two equally long little-endian numbers, without the carry out of the last byte. */
function sumPlusOne(a: Uint8Array, b: Uint8Array): Uint8Array {
  let carry = 1
  return a.map((byte, index) => {
    const sum = byte + b[index]! + carry
    carry = sum >> 8
    return sum
  })
}

/** The 34 private chain starts. @throws KeyError `seed-length` */
export function winternitzPrivateKey(seed: Uint8Array): Uint8Array[] {
  if (seed.length < WINTERNITZ_SEED_BYTES) {
    throw new KeyError('seed-length', `a one-time key needs a seed of 32 bytes, got ${seed.length}`)
  }
  let state: Uint8Array = seed.slice(0, WINTERNITZ_SEED_BYTES)
  return Array.from({ length: CHAINS }, () => {
    const start = sha3_256(state)
    state = sumPlusOne(state, start)
    return start
  })
}

/** Digits 0..255 of the message's hash and of their checksum, low byte first. A message is always hashed, also a hash. */
function digitsOf(message: Uint8Array): number[] {
  const digits = [...sha3_256(message)]
  const checksum = digits.reduce((rest, digit) => rest - digit, HASH_BYTES * (STEPS_MAX + 1))
  return [...digits, checksum & 0xff, checksum >> 8]
}

/** The 32-byte public key of a private seed. About 8,700 hashes: 2 ms. @throws KeyError `seed-length` */
export const winternitzPublicKey = (seed: Uint8Array): Uint8Array =>
  sha3_256(concatBytes(...hashChains(winternitzPrivateKey(seed).map((value) => ({ value, steps: STEPS_MAX })))))

/**
 * Signs bytes of any length: 1088 bytes. One private seed signs one message; a second signature with it lets others
 * forge. @throws KeyError `seed-length`
 */
export function signWinternitz(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const digits = digitsOf(message)
  return concatBytes(
    ...hashChains(winternitzPrivateKey(seed).map((value, index) => ({ value, steps: digits[index]! }))),
  )
}

/** What is to be verified: `signature` of any length, as it came. */
export interface WinternitzClaim {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** From the chain values in the signature to the ends of the chains. */
const remainingChains = ({ message, signature }: WinternitzClaim): HashChain[] =>
  digitsOf(message).map((digit, index) => ({
    value: signature.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
    steps: STEPS_MAX - digit,
  }))

/** Whether all signatures are right; false for no-matter-what damage. Together they are a little cheaper than one by one. */
export function verifyWinternitz(...claims: readonly WinternitzClaim[]): boolean {
  if (claims.some(({ signature }) => signature.length !== WINTERNITZ_SIGNATURE_BYTES)) return false
  const ends = hashChains(claims.flatMap(remainingChains))
  return claims.every(({ publicKey }, index) =>
    bytesEqual(publicKey, sha3_256(concatBytes(...ends.slice(index * CHAINS, (index + 1) * CHAINS)))),
  )
}
