import { describe, expect, test } from 'vitest'
import { utf8 } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import { KNOWN_LINKS_MAX, KnownLinks } from './known-links.ts'
import { TreeKey } from './tree-key.ts'
import { type TreeSignature, verifyTreeSignature } from './tree-signature.ts'

const key = new TreeKey(sha3_256(utf8('known links')), { keysPerLevel: 3, levels: 3 })
const [first, second] = ['first', 'second'].map(utf8) as [Uint8Array, Uint8Array]
const claim = (number: number) => ({
  publicKey: utf8(`key ${number}`),
  signature: utf8('signature'),
  message: utf8('message'),
})

/** The signature with one bit changed somewhere in one level. */
function damaged({ proofs }: TreeSignature, level: number, part: 'publicKey' | 'signature'): TreeSignature {
  const bytes = proofs[level]![part].slice()
  bytes[7]! ^= 1
  return { proofs: proofs.map((proof, at) => (at === level ? { ...proof, [part]: bytes } : proof)) }
}

describe('known links', () => {
  test('a known signer is believed for a new message, and for nothing else', () => {
    const known = new KnownLinks()
    expect(verifyTreeSignature(key.publicKey, first, key.signAt(0, first), known)).toBe(true)
    const next = key.signAt(1, second)
    expect(verifyTreeSignature(key.publicKey, second, next, known)).toBe(true)
    expect(verifyTreeSignature(key.publicKey, first, next, known)).toBe(false)
    for (const level of [0, 1, 2]) {
      for (const part of ['publicKey', 'signature'] as const) {
        const wrong = damaged(next, level, part)
        expect(verifyTreeSignature(key.publicKey, second, wrong, known), `${part} of level ${level}`).toBe(false)
        expect(verifyTreeSignature(key.publicKey, second, next, known)).toBe(true)
      }
    }
  })

  test('of a wrong signature nothing is remembered', () => {
    const known = new KnownLinks()
    const signature = key.signAt(0, first)
    const [top, ...rest] = signature.proofs
    expect(verifyTreeSignature(key.publicKey, second, signature, known)).toBe(false)
    const wrongBelow = damaged(signature, 1, 'signature')
    expect(verifyTreeSignature(key.publicKey, first, wrongBelow, known)).toBe(false)
    expect(verifyTreeSignature(key.publicKey, first, wrongBelow, known)).toBe(false)
    expect(verifyTreeSignature(key.publicKey, first, { proofs: [top!, ...rest.slice(1)] }, known)).toBe(false)
  })

  test('it holds so many and no more, and forgets what was used longest ago', () => {
    const known = new KnownLinks()
    for (let number = 0; number < KNOWN_LINKS_MAX; number++) known.add(claim(number))
    expect(known.has(claim(0))).toBe(true)
    known.add(claim(KNOWN_LINKS_MAX))
    expect(known.has(claim(0))).toBe(true)
    expect(known.has(claim(1))).toBe(false)
    expect(known.has({ ...claim(2), message: utf8('other') })).toBe(false)
  })

  test('parts of one length cannot stand for parts of another', () => {
    const known = new KnownLinks()
    known.add({ publicKey: utf8('ab'), signature: utf8('c'), message: utf8('d') })
    expect(known.has({ publicKey: utf8('a'), signature: utf8('bc'), message: utf8('d') })).toBe(false)
  })
})
