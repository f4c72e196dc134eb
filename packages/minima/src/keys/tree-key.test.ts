import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import { MiniNumber } from '../number/index.ts'
import { TreeKey } from './tree-key.ts'
import { type TreeSignature, verifyTreeSignature } from './tree-signature.ts'

const seed = sha3_256(utf8('a tree key'))
const shape = { keysPerLevel: 3, levels: 3 }
const message = utf8('a transaction id')

const hexOf = (signature: TreeSignature): string =>
  signature.proofs.map(({ publicKey, signature }) => toHex(publicKey) + toHex(signature)).join(' ')

describe('tree keys', () => {
  test('every use signs with its own one-time key, and all verify under one public key', () => {
    const key = new TreeKey(seed, shape)
    const oneTimeKeys = new Set<string>()
    for (let use = 0; use < key.usesMax; use++) {
      const signature = key.signAt(use, message)
      expect(signature.proofs).toHaveLength(3)
      expect(verifyTreeSignature(key.publicKey, message, signature), `use ${use}`).toBe(true)
      oneTimeKeys.add(toHex(signature.proofs[2]!.publicKey))
    }
    expect(oneTimeKeys.size).toBe(27)
  })

  test('the signature of a use does not depend on what was signed before', () => {
    const key = new TreeKey(seed, shape)
    fc.assert(
      fc.property(fc.nat({ max: 26 }), (use) => {
        expect(hexOf(key.signAt(use, message))).toBe(hexOf(new TreeKey(seed, shape).signAt(use, message)))
      }),
      { numRuns: 12 },
    )
  })

  test('at the end of the counter it refuses instead of starting over', () => {
    const key = new TreeKey(seed, shape)
    expect(() => key.signAt(27, message)).toThrow(expect.objectContaining({ code: 'key-exhausted' }))
    expect(() => key.nodesFor(27)).toThrow(expect.objectContaining({ code: 'key-exhausted' }))
    expect(() => new TreeKey(seed).signAt(262_144, message)).toThrow(expect.objectContaining({ code: 'key-exhausted' }))
  })

  test('a use number that is no count is refused', () => {
    for (const use of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new TreeKey(seed, shape).signAt(use, message)).toThrow(
        expect.objectContaining({ code: 'use-range' }),
      )
    }
  })

  test('a shape outside 1..8 levels and 1..1024 keys is refused', () => {
    for (const wrong of [{ levels: 0 }, { levels: 9 }, { levels: 1.5 }, { keysPerLevel: 0 }, { keysPerLevel: 1025 }]) {
      expect(() => new TreeKey(seed, { ...shape, ...wrong })).toThrow(expect.objectContaining({ code: 'key-shape' }))
    }
  })

  test('the number of uses is cut to 31 bits', () => {
    expect(new TreeKey(seed, { keysPerLevel: 64, levels: 8 }).usesMax).toBe(2_147_483_647)
    expect(new TreeKey(seed).usesMax).toBe(262_144)
  })

  test('a later change of the given seed changes nothing', () => {
    const given = seed.slice()
    const key = new TreeKey(given, shape)
    given.fill(0)
    expect(key.publicKey).toEqual(new TreeKey(seed, shape).publicKey)
  })
})

describe('nodes of a tree key', () => {
  test('the nodes of a coming use are named until they are there', () => {
    const key = new TreeKey(seed, shape)
    expect(key.nodesFor(5)).toEqual([[], [0], [0, 1]])
    for (const path of key.nodesFor(5)) for (const made of key.buildNode(path)) expect(made).toBeLessThanOrEqual(3)
    expect(key.nodesFor(5)).toEqual([])
    expect(key.nodesFor(6)).toEqual([[0, 2]])
    expect(key.nodesFor(9)).toEqual([[1], [1, 0]])
  })

  test('a node made in slices is the node made at once', () => {
    const sliced = new TreeKey(seed, shape)
    const slices = [...sliced.buildNode([])]
    expect(slices).toEqual([1, 2, 3])
    expect(sliced.publicKey).toEqual(new TreeKey(seed, shape).publicKey)
  })

  test('nodes that were stored sign as the key that made them', () => {
    const made = new TreeKey(seed, shape)
    const restored = new TreeKey(seed, shape)
    for (const path of made.nodesFor(14)) restored.addNode(path, made.encodeNode(path))
    expect(restored.nodesFor(14)).toEqual([])
    expect(hexOf(restored.signAt(14, message))).toBe(hexOf(made.signAt(14, message)))
  })

  test('a stored node of another place, another key or with a changed byte is refused', () => {
    const key = new TreeKey(seed, shape)
    const bytes = key.encodeNode([1])
    expect(bytes).toHaveLength(128)
    const damaged = { code: 'key-node-damaged' }
    expect(() => key.addNode([2], bytes)).toThrow(expect.objectContaining(damaged))
    expect(() => key.addNode([], bytes)).toThrow(expect.objectContaining(damaged))
    expect(() => new TreeKey(message, shape).addNode([1], bytes)).toThrow(expect.objectContaining(damaged))
    const other = new TreeKey(seed, { keysPerLevel: 4, levels: 3 })
    expect(() => other.addNode([1], bytes)).toThrow(expect.objectContaining(damaged))
    for (const at of [0, 95, 96, 127]) {
      const changed = bytes.slice()
      changed[at]! ^= 1
      expect(() => key.addNode([1], changed)).toThrow(expect.objectContaining(damaged))
    }
    for (const length of [0, 31, 32, 33, 127]) {
      expect(() => key.addNode([1], bytes.subarray(0, length))).toThrow(expect.objectContaining(damaged))
    }
  })

  test('a path that names no node is refused', () => {
    const key = new TreeKey(seed, shape)
    for (const path of [[3], [-1], [0.5], [0, 0, 0]]) {
      expect(() => key.nodeSeed(path)).toThrow(expect.objectContaining({ code: 'key-path' }))
    }
  })
})

describe('verification', () => {
  const key = new TreeKey(seed, shape)
  const signature = key.signAt(4, message)

  test('a shorter chain under its own root is valid: the number of levels is free', () => {
    const lower = { proofs: signature.proofs.slice(1) }
    expect(verifyTreeSignature(key.publicKey, message, lower)).toBe(false)
    const node = new TreeKey(key.nodeSeed([0]), { keysPerLevel: 3, levels: 1 })
    expect(verifyTreeSignature(node.publicKey, message, lower)).toBe(true)
  })

  test('no part and nine parts are invalid', () => {
    expect(verifyTreeSignature(key.publicKey, message, { proofs: [] })).toBe(false)
    const nine = { proofs: new Array<(typeof signature.proofs)[0]>(9).fill(signature.proofs[0]!) }
    expect(verifyTreeSignature(key.publicKey, message, nine)).toBe(false)
  })

  test('a path whose sums leave the number range is invalid, not an error', () => {
    const [first, ...rest] = signature.proofs
    const chunk = { left: 0, data: { data: message, value: MiniNumber.MAX } }
    const proof = { blockTime: MiniNumber.ZERO, chunks: [chunk, chunk] }
    expect(verifyTreeSignature(key.publicKey, message, { proofs: [{ ...first!, proof }, ...rest] })).toBe(false)
  })

  test('block time and the exact left byte of a path do not matter', () => {
    const proofs = signature.proofs.map((part) => ({
      ...part,
      proof: {
        blockTime: MiniNumber.of(77),
        chunks: part.proof.chunks.map((chunk) => ({ ...chunk, left: chunk.left && 9 })),
      },
    }))
    expect(verifyTreeSignature(key.publicKey, message, { proofs })).toBe(true)
  })
})
