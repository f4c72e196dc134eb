import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ed25519 } from '../crypto/index.ts'
import { Authority } from './authority.ts'
import { credentialFrom, formatCredential, isCredentialSigned, parseCredential } from './credential.ts'
import { formatKeyFile, parseKeyFile, signingKey } from './signing-key.ts'

const key = (seed: number) => signingKey(new Uint8Array(32).fill(seed), ed25519)
const authority = new Authority(key(1), ed25519)
const notBeforeMs = Date.UTC(2020, 0, 1)
const credential = authority.issue({ device: 'loop-1', publicKey: key(2).publicKey, notBeforeMs })

describe('a credential', () => {
  test('is signed by the authority that it names', () => {
    expect(credential).toMatchObject({ device: 'loop-1', notBefore: '2020-01-01T00:00:00.000Z', notAfter: null })
    expect(isCredentialSigned(credential, ed25519)).toBe(true)
  })

  test('comes back from its text', () => {
    expect(parseCredential(formatCredential(credential))).toEqual(credential)
  })

  test.each(Object.keys(credential))('is not signed any more when its %s is another', (name) => {
    const other = authority.issue({
      device: 'loop-2',
      publicKey: key(3).publicKey,
      notBeforeMs: notBeforeMs + 1,
      notAfterMs: notBeforeMs + 2,
    })
    const mixed = { ...credential, [name]: { ...other, authority: '00'.repeat(32) }[name as keyof typeof other] }
    if (name === 'type') expect(() => credentialFrom({ ...credential, type: 'other/1' })).toThrow('not of type')
    else expect(isCredentialSigned(credentialFrom(mixed), ed25519)).toBe(false)
  })

  test.each<[string, object]>([
    ['a member too many', { extra: '' }],
    ['a device that is no id', { device: 'a b' }],
    ['a time without milliseconds', { notBefore: '2020-01-01T00:00:00Z' }],
    ['an end before its beginning', { notAfter: '2019-01-01T00:00:00.000Z' }],
    ['a short key', { publicKey: '00' }],
    ['an upper-case key', { publicKey: 'AB'.repeat(32) }],
    ['a signature that is not base64', { signature: '?' }],
    ['a number as device', { device: 5 }],
  ])('with %s is refused', (_, change) => {
    expect(() => credentialFrom({ ...credential, ...change })).toThrow(
      expect.objectContaining({ code: 'credential-form' }),
    )
  })

  test('is refused as a typed error for any other value or text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => credentialFrom(value)).toThrow(expect.objectContaining({ code: 'credential-form' }))
        expect(() => parseCredential(JSON.stringify(value))).toThrow(
          expect.objectContaining({ code: 'credential-form' }),
        )
      }),
    )
  })
})

describe('an authority', () => {
  test('issues nothing for a name that is no device id, or a time that is none', () => {
    const request = { device: 'a', publicKey: key(2).publicKey, notBeforeMs }
    expect(() => authority.issue({ ...request, device: '' })).toThrow(expect.objectContaining({ code: 'device-id' }))
    expect(() => authority.issue({ ...request, notAfterMs: notBeforeMs })).toThrow(
      expect.objectContaining({ code: 'validity' }),
    )
    for (const notBeforeMs of [Number.NaN, 1.5, 1e18])
      expect(() => authority.issue({ ...request, notBeforeMs })).toThrow(expect.objectContaining({ code: 'validity' }))
  })
})

describe('a key file', () => {
  test('brings the key back', () => {
    expect(parseKeyFile(formatKeyFile(key(5)), ed25519)).toEqual(key(5))
  })

  test('is refused when damaged, without showing what it holds', () => {
    const text = formatKeyFile(key(5))
    const secret = '05'.repeat(32)
    for (const damaged of [
      '',
      '{}',
      text.replace('minipolis-key/1', 'x'),
      text.replace(secret, `06${secret.slice(2)}`),
      text.replace(secret, '05'),
    ]) {
      let said = ''
      try {
        parseKeyFile(damaged, ed25519)
      } catch (error) {
        said = String(error)
        expect(error).toMatchObject({ code: 'key-file' })
      }
      expect(said).toContain('key file')
      expect(said).not.toContain('0505')
    }
  })
})
