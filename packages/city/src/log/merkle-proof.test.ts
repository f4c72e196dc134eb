import { bytesEqual } from '@minipolis/minima'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLowerHex, toLowerHex } from '../crypto/index.ts'
import { CompactRange } from './compact-range.ts'
import { merkleHash } from './merkle-hash.ts'
import { consistencyRanges, inclusionRanges, isConsistent, proveInclusion, rootFromInclusion } from './merkle-proof.ts'
import { completeSubtrees, type LeafRange } from './subtree.ts'

/** The definition of RFC 6962 §2.1, slow and obvious: the judge of everything else. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return merkleHash.empty
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return merkleHash.node(mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

/** The definition of RFC 6962 §2.1.1. */
function path(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return []
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))]
}

const leavesOf = (n: number) => Array.from({ length: n }, (_, i) => merkleHash.leaf(new Uint8Array([i, i >> 8])))
const hashesOf = (leaves: readonly Uint8Array[], ranges: readonly LeafRange[]) =>
  ranges.map(({ begin, end }) => mth(leaves.slice(begin, end)))

describe('Merkle hashing', () => {
  // The eight leaves and the roots that the RFC 6962 reference implementations test with.
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]

  test('the published roots of trees of 0 to 8 leaves', () => {
    const range = CompactRange.empty(merkleHash)
    expect(toLowerHex(range.root())).toBe(roots[0])
    inputs.forEach((input, i) => {
      range.push(merkleHash.leaf(fromLowerHex(input)))
      expect(toLowerHex(range.root())).toBe(roots[i + 1])
    })
  })

  test('a published audit path: leaf 0 of 8', () => {
    const leaves = inputs.map((input) => merkleHash.leaf(fromLowerHex(input)))
    expect(hashesOf(leaves, inclusionRanges(0, 1, 8)).map(toLowerHex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
  })

  test('a published consistency proof: 6 to 8', () => {
    const leaves = inputs.map((input) => merkleHash.leaf(fromLowerHex(input)))
    expect(hashesOf(leaves, consistencyRanges(6, 8)).map(toLowerHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })

  test('the compact range agrees with the definition and reports each complete subtree once', () => {
    const leaves = leavesOf(70)
    const range = CompactRange.empty(merkleHash)
    const seen = new Map<string, Uint8Array>()
    leaves.forEach((leaf, i) => {
      range.push(leaf, (height, index, hash) => {
        expect(seen.has(`${height}/${index}`)).toBe(false)
        seen.set(`${height}/${index}`, hash)
      })
      expect(range.root()).toEqual(mth(leaves.slice(0, i + 1)))
      const again = CompactRange.from(
        merkleHash,
        i + 1,
        completeSubtrees({ begin: 0, end: i + 1 }).map((s) => seen.get(`${s.height}/${s.index}`)!),
      )
      expect(again.root()).toEqual(range.root())
    })
  })

  test('subtrees of ranges near the largest size are exact', () => {
    expect(completeSubtrees({ begin: 0, end: 2 ** 48 - 1 })).toHaveLength(48)
    expect(completeSubtrees({ begin: 2 ** 47, end: 2 ** 48 })).toEqual([{ height: 47, index: 1 }])
  })
})

describe('inclusion', () => {
  test('every leaf of every tree up to 40 leaves has the audit path of RFC 6962', () => {
    for (let n = 1; n <= 40; n++) {
      const leaves = leavesOf(n)
      for (let m = 0; m < n; m++) {
        const proof = hashesOf(leaves, inclusionRanges(m, 1, n))
        expect(proof).toEqual(path(m, leaves))
        expect(rootFromInclusion(merkleHash, { first: m, leaves: [leaves[m]!], size: n }, proof)).toEqual(mth(leaves))
      }
    }
  })

  test('any run of neighbours is proven by one path; any change of it is refused', () => {
    const shape = fc
      .integer({ min: 1, max: 200 })
      .chain((n) => fc.tuple(fc.constant(n), fc.nat(n - 1), fc.nat(n - 1), fc.nat(), fc.nat(31)))
    fc.assert(
      fc.property(shape, ([n, a, b, pick, at]) => {
        const [first, last] = a < b ? [a, b] : [b, a]
        const leaves = leavesOf(n)
        const root = mth(leaves)
        const run = leaves.slice(first, last + 1)
        const proof = hashesOf(leaves, inclusionRanges(first, run.length, n))
        expect(proveInclusion(merkleHash, leaves, first, run.length)).toEqual(proof)
        const judge = (p: readonly Uint8Array[], l = run, f = first, size = n) => {
          const computed = rootFromInclusion(merkleHash, { first: f, leaves: l, size }, p)
          return computed !== undefined && bytesEqual(computed, root)
        }
        expect(judge(proof)).toBe(true)
        expect(judge([...proof, root])).toBe(false)
        if (proof.length > 0) expect(judge(proof.slice(1))).toBe(false)
        const changed = [...proof, ...run].map((h) => h.slice())
        changed[pick % changed.length]![at]! ^= 1
        expect(judge(changed.slice(0, proof.length), changed.slice(proof.length))).toBe(false)
        if (n > 1) expect(judge(proof, run, first + 1)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('nonsense positions are refused', () => {
    const leaf = merkleHash.leaf(new Uint8Array(1))
    for (const [first, size] of [
      [-1, 5],
      [5, 5],
      [0.5, 4],
      [Number.NaN, 4],
      [0, 0],
      [0, 2 ** 60],
    ] as const) {
      expect(rootFromInclusion(merkleHash, { first, leaves: [leaf], size }, [])).toBeUndefined()
    }
    expect(rootFromInclusion(merkleHash, { first: 0, leaves: [], size: 4 }, [])).toBeUndefined()
  })
})

describe('consistency', () => {
  test('every pair of sizes up to 40 is proven, and refused with any hash changed, missing or added', () => {
    const leaves = leavesOf(40)
    for (let to = 0; to <= 40; to++) {
      for (let from = 0; from <= to; from++) {
        const old = { size: from, root: mth(leaves.slice(0, from)) }
        const now = { size: to, root: mth(leaves.slice(0, to)) }
        const proof = hashesOf(leaves, consistencyRanges(from, to))
        expect(isConsistent(merkleHash, old, now, proof), `${from} to ${to}`).toBe(true)
        expect(isConsistent(merkleHash, old, now, [...proof, old.root]), `${from} to ${to} and one more`).toBe(false)
        // Every tree begins with the empty one, whatever its root.
        if (from > 0)
          expect(isConsistent(merkleHash, old, { ...now, root: merkleHash.leaf(now.root) }, proof)).toBe(false)
        expect(isConsistent(merkleHash, { ...old, root: merkleHash.leaf(old.root) }, now, proof)).toBe(false)
        if (proof.length > 0) {
          expect(isConsistent(merkleHash, old, now, proof.slice(0, -1))).toBe(false)
          const changed = [...proof]
          changed[0] = merkleHash.leaf(changed[0]!)
          expect(isConsistent(merkleHash, old, now, changed)).toBe(false)
        }
        if (from < to) expect(isConsistent(merkleHash, now, old, proof)).toBe(false)
      }
    }
  })
})
