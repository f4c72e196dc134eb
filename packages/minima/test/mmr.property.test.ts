import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CodecError,
  data,
  decode,
  encode,
  hash,
  miniByte,
  miniNumber,
  Reader,
  struct,
  Writer,
} from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { sha3_256 } from '../src/hash/index.ts'
import {
  calculateProof,
  EntryNumber,
  entryIndex,
  formatEntryNumber,
  keyPosition,
  leafNode,
  MMR,
  type MMRData,
  MMREntry,
  MMRProof,
  mmrDataEqual,
  parentNode,
  positionKey,
  pruneSpent,
  StoredMMR,
} from '../src/mmr/index.ts'
import { MMRProofChunk } from '../src/mmr/mmr-proof.ts'
import { MiniNumber } from '../src/number/index.ts'

/*
 * The slow obvious version: a list of leaves, cut into perfect trees by the binary digits of its length, each folded pair by
 * pair; the roots of those are folded the same way again until one is left.
 */
const perfectTrees = (leaves: readonly MMRData[]): MMRData[][] => {
  const trees: MMRData[][] = []
  let at = 0
  for (let size = 2 ** 20; size >= 1; size /= 2) {
    if (leaves.length - at >= size) {
      trees.push(leaves.slice(at, at + size))
      at += size
    }
  }
  return trees
}
const fold = (leaves: readonly MMRData[]): MMRData =>
  leaves.length === 1
    ? leaves[0]!
    : fold(leaves.flatMap((node, i) => (i % 2 === 1 ? [parentNode(leaves[i - 1]!, node)] : [])))
const modelPeaks = (leaves: readonly MMRData[]): MMRData[] => perfectTrees(leaves).map(fold)
const modelRoot = (leaves: readonly MMRData[]): MMRData =>
  leaves.length === 1 ? leaves[0]! : modelRoot(modelPeaks(leaves))

const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: 0, max: 6 }))
  .map(([unscaled, scale]) => MiniNumber.raw(unscaled, scale))
const leaf = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), amount)
  .map(([bytes, value]) => leafNode(bytes, value))
const leaves = fc.array(leaf, { minLength: 1, maxLength: 70 })
const grow = (all: readonly MMRData[]): MMR => {
  const mmr = new MMR()
  for (const each of all) mmr.append(each)
  return mmr
}
const bytesOf = (data: MMRData | undefined): Uint8Array =>
  encode(MMRProof, { blockTime: MiniNumber.ZERO, chunks: [{ left: 0, data: data! }] })
const zero = leafNode(Uint8Array.of(0), MiniNumber.ZERO)

describe('a mountain range agrees with the slow obvious version', () => {
  test('peaks and root to the byte, after every append', () => {
    fc.assert(
      fc.property(leaves, (all) => {
        const mmr = new MMR()
        all.forEach((each, i) => {
          expect(mmr.append(each)).toBe(i)
          const soFar = all.slice(0, i + 1)
          expect(mmr.peaks().map((peak) => bytesOf(peak.data))).toEqual(modelPeaks(soFar).map(bytesOf))
          expect(bytesOf(mmr.root())).toEqual(bytesOf(modelRoot(soFar)))
        })
      }),
      { numRuns: 25 },
    )
  })

  test('appending many at once gives the nodes of appending one by one', () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 20 }), fc.array(leaf, { maxLength: 70 }), (before, added) => {
        const mmr = grow(before)
        expect(mmr.appendAll(added)).toBe(before.length)
        const slow = grow([...before, ...added])
        const nodes = (tree: MMR): Map<string, MMRData> =>
          new Map([...tree.entries()].map((e) => [`${e.row}:${e.entry}`, e.data]))
        expect(nodes(mmr)).toEqual(nodes(slow))
        expect(mmr.peaks()).toEqual(slow.peaks())
        expect(mmr.entryNumber).toBe(slow.entryNumber)
      }),
      { numRuns: 60 },
    )
  })

  test('after any updates, given fresh or old proofs', () => {
    fc.assert(
      fc.property(leaves, fc.array(fc.tuple(fc.nat(), leaf), { maxLength: 20 }), (all, changes) => {
        const mmr = grow(all)
        const now = [...all]
        const oldProofs = all.map((_, entry) => mmr.proofToPeak(entry))
        for (const [at, changed] of changes) {
          const entry = at % all.length
          now[entry] = changed
          mmr.update(entry, at % 2 === 0 ? oldProofs[entry]! : mmr.proofToPeak(entry), changed)
          expect(bytesOf(mmr.root())).toEqual(bytesOf(modelRoot(now)))
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('proofs', () => {
  test('of every leaf lead to its peak and to the root, and of no other leaf', () => {
    fc.assert(
      fc.property(leaves, leaf, (all, other) => {
        const mmr = grow(all)
        for (const [entry, data] of all.entries()) {
          const full = mmr.proof(entry)
          expect(mmrDataEqual(calculateProof(data, full), mmr.root()!)).toBe(true)
          expect(mmr.check(data, mmr.proofToPeak(entry))).toBe(true)
          expect(mmr.check(other, full)).toBe(mmrDataEqual(other, data))
        }
      }),
      { numRuns: 25 },
    )
  })

  test('do not hold when any value or hash in them is changed', () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 2, maxLength: 40 }), fc.nat(), fc.nat(), (all, which, where) => {
        const mmr = grow(all)
        const entry = which % all.length
        const proof = mmr.proof(entry)
        const chunks = proof.chunks.map((chunk, i) =>
          i === where % proof.chunks.length
            ? { ...chunk, data: { ...chunk.data, value: chunk.data.value.add(MiniNumber.parse('0.001')) } }
            : chunk,
        )
        expect(mmr.check(all[entry]!, { ...proof, chunks })).toBe(false)
      }),
      { numRuns: 100 },
    )
  })
})

describe('one tree per block', () => {
  const blocks = fc.array(
    fc.record({ adds: fc.array(leaf, { maxLength: 5 }), spends: fc.array(fc.nat(), { maxLength: 4 }) }),
    { minLength: 1, maxLength: 12 },
  )

  test('a chain of block trees has the roots of one tree that grew, and judges every old proof by what happened since', () => {
    fc.assert(
      fc.property(leaves, blocks, (genesis, chain) => {
        let tree = grow(genesis)
        tree.finalise()
        const now = [...genesis]
        const proofs: { entry: number; data: MMRData; proof: MMRProof }[] = []
        for (const { adds, spends } of chain) {
          now.forEach((data, entry) => {
            proofs.push({ entry, data, proof: tree.proofToPeak(entry) })
          })
          tree = tree.child()
          for (const spend of spends) {
            const entry = spend % now.length
            tree.update(entry, tree.proofToPeak(entry), zero)
            now[entry] = zero
          }
          for (const added of adds) {
            tree.append(added)
            now.push(added)
          }
          tree.finalise()
          expect(bytesOf(tree.root())).toEqual(bytesOf(modelRoot(now)))
        }
        for (const { entry, data, proof } of proofs) {
          expect(tree.checkTimeValid(BigInt(entry), data, proof)).toBe(mmrDataEqual(now[entry]!, data))
        }
      }),
      { numRuns: 30 },
    )
  })

  test('a remembered path proves its leaf when the ancestors are gone, and leaves the root alone', () => {
    fc.assert(
      fc.property(leaves, fc.array(leaf, { maxLength: 9 }), fc.nat(), (genesis, adds, which) => {
        const first = grow(genesis)
        first.finalise()
        const second = first.child()
        for (const added of adds) second.append(added)
        second.finalise()
        const before = bytesOf(second.root())
        const entry = which % genesis.length
        second.remember(entry, second.proofToPeak(entry), genesis[entry]!)
        second.parent = undefined
        expect(bytesOf(second.root())).toEqual(before)
        expect(second.check(genesis[entry]!, second.proofToPeak(entry))).toBe(true)
        expect(second.check(genesis[entry]!, second.proof(entry))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('a path of a leaf that is not in the tree is not remembered', () => {
    const tree = grow([1, 2, 3, 4].map((n) => leafNode(Uint8Array.of(n), MiniNumber.ONE)))
    tree.finalise()
    const foreign = leafNode(Uint8Array.of(9), MiniNumber.ONE)
    const child = tree.child()
    child.finalise()
    expect(() => child.remember(0, tree.proofToPeak(0), foreign)).toThrow(
      expect.objectContaining({ code: 'root-changed' }),
    )
    expect(child.size).toBe(1)
  })
})

describe('pruning', () => {
  test('keeps peaks, root, and the proof of every leaf that has a value', () => {
    fc.assert(
      fc.property(leaves, fc.array(fc.nat(), { maxLength: 60 }), (all, spends) => {
        const mmr = grow(all)
        const now = [...all]
        for (const spend of spends) {
          const entry = spend % all.length
          mmr.update(entry, mmr.proofToPeak(entry), zero)
          now[entry] = zero
        }
        const before = bytesOf(mmr.root())
        pruneSpent(mmr)
        expect(bytesOf(mmr.root())).toEqual(before)
        now.forEach((data, entry) => {
          if (!data.value.isZero()) expect(mmr.check(data, mmr.proof(entry))).toBe(true)
        })
        mmr.append(zero)
        expect(bytesOf(mmr.root())).toEqual(bytesOf(modelRoot([...now, zero])))
      }),
      { numRuns: 40 },
    )
  })
})

describe('bytes', () => {
  test('a stored tree comes back with its nodes, peaks and root', () => {
    fc.assert(
      fc.property(leaves, (all) => {
        const mmr = grow(all)
        const read = decode(StoredMMR, encode(StoredMMR, mmr))
        expect([...read.entries()]).toEqual([...mmr.entries()])
        expect(bytesOf(read.root())).toEqual(bytesOf(mmr.root()))
        expect(read.entryNumber).toBe(mmr.entryNumber)
      }),
      { numRuns: 25 },
    )
  })

  test('a scaled entry number names the place of its value, where it is a whole one that a tree can have', () => {
    const place = (unscaled: bigint, scale: number): number | undefined => entryIndex({ unscaled, scale })
    expect([place(500n, 2), place(0n, 2 ** 31 - 1), place(3n, -2)]).toEqual([5, 0, 300])
    expect([place(15n, 1), place(-50n, 1), place(1n, -16), place(1n, -(2 ** 31))]).toEqual(Array(4).fill(undefined))
  })

  test('entry numbers of any size and scale survive the round trip', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (unscaled, scale) => {
        const entry = scale === 0 ? unscaled : { unscaled, scale }
        expect(decode(EntryNumber, encode(EntryNumber, entry))).toEqual(entry)
      }),
    )
  })

  test('entry numbers print plainly, absurd ones with an exponent', () => {
    const printed: [EntryNumber, string][] = [
      [{ unscaled: 15n, scale: 1 }, '1.5'],
      [{ unscaled: -1500n, scale: 3 }, '-1.5'],
      [{ unscaled: 500n, scale: 2 }, '5'],
      [{ unscaled: 5n, scale: 3 }, '0.005'],
      [{ unscaled: 5n, scale: -2 }, '500'],
      [{ unscaled: 0n, scale: 7 }, '0'],
      [{ unscaled: 5n, scale: 2 ** 31 - 1 }, '5E-2147483647'],
      [{ unscaled: -5n, scale: -(2 ** 31) }, '-5E2147483648'],
      [128n, '128'],
    ]
    for (const [entry, text] of printed) expect(formatEntryNumber(entry)).toBe(text)
  })

  test('any bytes give a value or a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const codec of [MMRProof, MMREntry, StoredMMR, EntryNumber]) {
          try {
            codec.read(new Reader(bytes))
          } catch (error) {
            expect(error).toBeInstanceOf(MinipolisError)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a node key is the place of exactly one node', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 255 }),
        fc.maxSafeNat().filter((entry) => entry < 2 ** 52),
        (row, entry) => {
          expect(keyPosition(positionKey(row, entry))).toEqual({ row, entry })
        },
      ),
    )
  })
})

describe('foreign places', () => {
  const data = zero
  test.each([
    ['a row beyond 255', 256, 0n],
    ['a negative row', -1, 0n],
    ['a negative entry', 0, -1n],
    ['an entry beyond 2^52', 0, 2n ** 52n],
    ['a fraction', 0, { unscaled: 5n, scale: 1 }],
  ])('%s is refused as a peak', (_, row, entry) => {
    expect(() => MMR.fromPeaks(MiniNumber.ONE, [{ row, entry, data }])).toThrow(
      expect.objectContaining({ code: 'position' }),
    )
  })

  test('a proof that ends below its peak is refused', () => {
    const tree = grow([data, data, data, data])
    tree.finalise()
    const child = tree.child()
    child.parent = undefined
    const short = { blockTime: MiniNumber.ONE, chunks: tree.proofToPeak(0).chunks.slice(1) }
    expect(() => child.update(0, short, data)).toThrow(expect.objectContaining({ code: 'proof-too-short' }))
  })

  test('a finalised tree takes no leaf', () => {
    const tree = grow([data])
    tree.finalise()
    expect(() => tree.append(data)).toThrow(expect.objectContaining({ code: 'finalised' }))
  })
})

describe('nodes are hashed as the codecs would write them', () => {
  const number = fc.oneof(
    amount,
    fc
      .tuple(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), fc.integer({ min: -128, max: 127 }))
      .map(([u, s]) => MiniNumber.raw(u, s)),
    fc.constantFrom(
      ...[
        0n,
        127n,
        128n,
        255n,
        256n,
        32767n,
        32768n,
        2n ** 31n,
        2n ** 32n - 1n,
        2n ** 53n - 1n,
        2n ** 53n,
        -1n,
        -128n,
        -129n,
      ].map((u) => MiniNumber.raw(u, 0)),
    ),
  )

  test('leaves', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), number, (object, value) => {
        const w = new Writer()
        miniNumber.write(w, MiniNumber.ZERO)
        w.raw(object)
        miniNumber.write(w, value)
        expect(leafNode(object, value)).toEqual({ data: sha3_256(w.bytes()), value })
      }),
    )
  })

  test('parents', () => {
    const child = fc.record({ data: fc.uint8Array({ maxLength: 64 }), value: number })
    fc.assert(
      fc.property(child, child, (left, right) => {
        let sum: MiniNumber
        try {
          sum = left.value.add(right.value)
        } catch {
          expect(() => parentNode(left, right)).toThrow(MinipolisError)
          return
        }
        const w = new Writer()
        miniNumber.write(w, MiniNumber.ONE)
        data.write(w, left.data)
        data.write(w, right.data)
        miniNumber.write(w, sum)
        expect(parentNode(left, right)).toEqual({ data: sha3_256(w.bytes()), value: sum })
      }),
    )
  })
})

/** The description that the codec written by hand stands for. */
const describedChunk = struct<MMRProofChunk>({
  left: miniByte,
  data: struct<MMRData>({ data: hash, value: miniNumber }),
})

test('a proof chunk is written and read as described, damaged ones with the same error', () => {
  const outcome = (codec: typeof describedChunk, bytes: Uint8Array): unknown => {
    try {
      return decode(codec, bytes)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      const { code, path, offset } = error
      return { code, path, offset }
    }
  }
  const wire = fc
    .tuple(fc.integer({ min: 0, max: 255 }), leaf, fc.nat(50), fc.nat(255))
    .map(([left, data, at, byte]) => ({ chunk: { left, data }, at, byte }))
  fc.assert(
    fc.property(wire, ({ chunk, at, byte }) => {
      const bytes = encode(MMRProofChunk, chunk)
      expect(bytes).toEqual(encode(describedChunk, chunk))
      expect(decode(MMRProofChunk, bytes)).toEqual(decode(describedChunk, bytes))
      const damaged = bytes.slice()
      damaged[at % bytes.length] = byte
      for (const wrong of [damaged, bytes.subarray(0, at % bytes.length)]) {
        expect(outcome(MMRProofChunk, wrong)).toEqual(outcome(describedChunk, wrong))
      }
    }),
  )
})
