import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, utf8 } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import { signWinternitz, verifyWinternitz, winternitzPrivateKey, winternitzPublicKey } from './winternitz.ts'

const seed = sha3_256(utf8('a one-time key'))
const publicKey = winternitzPublicKey(seed)
const message = utf8('turn off lamp 17')
const signature = signWinternitz(seed, message)

/** The definition word for word: slow, one hash after the other. */
function publicKeyBySteps(privateKey: readonly Uint8Array[]): Uint8Array {
  const ends = privateKey.map((start) => {
    let value = start
    for (let step = 0; step < 255; step++) value = sha3_256(value)
    return value
  })
  return sha3_256(concatBytes(...ends))
}

describe('Winternitz signatures', () => {
  test('the public key is the hash over 34 chains of 255 steps', () => {
    expect(winternitzPrivateKey(seed)).toHaveLength(34)
    expect(publicKey).toEqual(publicKeyBySteps(winternitzPrivateKey(seed)))
  })

  test('what was signed verifies, whatever the message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(verifyWinternitz({ publicKey, message: bytes, signature: signWinternitz(seed, bytes) })).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test('one changed byte of signature, message or key and it does not verify', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1087 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damage = (bytes: Uint8Array): Uint8Array =>
          bytes.map((byte, index) => (index === at % bytes.length ? byte ^ change : byte))
        expect(verifyWinternitz({ publicKey, message, signature: damage(signature) })).toBe(false)
        expect(verifyWinternitz({ publicKey, message: damage(message), signature })).toBe(false)
        expect(verifyWinternitz({ publicKey: damage(publicKey), message, signature })).toBe(false)
      }),
      { numRuns: 20 },
    )
  })

  test('a signature or key of another length is invalid, not an error', () => {
    for (const length of [0, 1, 1087]) {
      expect(verifyWinternitz({ publicKey, message, signature: signature.subarray(0, length) })).toBe(false)
    }
    expect(verifyWinternitz({ publicKey, message, signature: concatBytes(signature, signature) })).toBe(false)
    expect(verifyWinternitz({ publicKey: concatBytes(publicKey, publicKey), message, signature })).toBe(false)
    expect(verifyWinternitz({ publicKey: new Uint8Array(), message, signature })).toBe(false)
  })

  test('of several signatures one wrong one is enough to fail', () => {
    const good = { publicKey, message, signature }
    expect(verifyWinternitz(good, good, good, good, good, good, good, good)).toBe(true)
    expect(verifyWinternitz(good, { ...good, message: utf8('turn on lamp 17') }, good)).toBe(false)
  })

  test('only the first 32 bytes of a seed count, and fewer are refused', () => {
    expect(winternitzPublicKey(concatBytes(seed, seed))).toEqual(publicKey)
    expect(() => winternitzPublicKey(seed.subarray(1))).toThrow(expect.objectContaining({ code: 'seed-length' }))
    expect(() => signWinternitz(new Uint8Array(), message)).toThrow(expect.objectContaining({ code: 'seed-length' }))
  })
})
