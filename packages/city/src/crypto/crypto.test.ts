import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ed25519, fromBase64, fromLowerHex, keyId, sha256, toBase64, toLowerHex } from './index.ts'

describe('text forms of bytes', () => {
  test('hex and base64 bring back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(fromLowerHex(toLowerHex(bytes))).toEqual(bytes)
        expect(fromBase64(toBase64(bytes))).toEqual(bytes)
      }),
    )
  })

  test.each(['AB', 'abc', 'zz', '0x00', ' 00'])('hex refuses %j', (text) => {
    expect(() => fromLowerHex(text)).toThrow('lower-case hex')
  })

  test.each(['AA', 'AA=', 'AB==', ' AAA=', 'AAA=\n', 'A-_=', '===='])('base64 refuses %j', (text) => {
    expect(() => fromBase64(text)).toThrow('base64')
  })

  test('a wrong size is refused', () => {
    expect(() => fromLowerHex('00', 2)).toThrow('4 digits')
    expect(() => fromBase64('AA==', 2)).toThrow('2 bytes')
  })
})

describe('Ed25519', () => {
  // RFC 8032 section 7.1, test 2.
  const secret = fromLowerHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
  const publicKey = fromLowerHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  const message = fromLowerHex('72')
  const signature = fromLowerHex(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )

  test('signs and verifies the test of RFC 8032', () => {
    expect(ed25519.publicKey(secret)).toEqual(publicKey)
    expect(ed25519.sign(message, secret)).toEqual(signature)
    expect(ed25519.verify(signature, message, publicKey)).toBe(true)
  })

  test('a changed signature, message or key, or a wrong length, is false and never throws', () => {
    for (let i = 0; i < 64; i++) {
      const bad = signature.slice()
      bad[i]! ^= 1
      expect(ed25519.verify(bad, message, publicKey)).toBe(false)
    }
    expect(ed25519.verify(signature, fromLowerHex('73'), publicKey)).toBe(false)
    expect(ed25519.verify(signature, message, new Uint8Array(32).fill(255))).toBe(false)
    expect(ed25519.verify(signature.subarray(1), message, publicKey)).toBe(false)
    expect(ed25519.verify(signature, message, publicKey.subarray(1))).toBe(false)
  })

  test('a key id is the start of the hash of the key', () => {
    expect(keyId(publicKey)).toBe(toLowerHex(sha256(publicKey)).slice(0, 16))
  })
})
