import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bigIntToBytes, bytesToBigInt } from '../codec/index.ts'
import { javascriptEngine } from './engine/javascript.ts'
import { scalarEngine, simdEngine } from './engine/webassembly.ts'
import { MINING_HEADER_BYTES_MAX, mineNonces } from './mine-nonces.ts'
import { sha3_256 } from './sha3.ts'

/** 2^256 / `odds`: one attempt in so many is below. */
const targetOf = (odds: bigint): Uint8Array => bigIntToBytes(2n ** 256n / odds)

function withNonce(header: Uint8Array, offset: number, length: number, counter: bigint): Uint8Array {
  const bytes = bigIntToBytes(counter)
  const copy = header.slice()
  copy.fill(0, offset, offset + length)
  copy.set(bytes, offset + length - bytes.length)
  return copy
}

const header = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 11) & 0xff)

describe('mining', () => {
  test('finds the first counter whose header hashes below the target, wherever the nonce lies', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 1200 }),
        fc.nat(),
        fc.integer({ min: 3, max: 8 }),
        fc.bigInt({ min: 0n, max: 2n ** 24n - 500n }),
        (length, place, nonceLength, startCounter) => {
          const nonceOffset = place % (length - nonceLength + 1)
          const range = { nonceOffset, nonceLength, startCounter, attempts: 200 }
          const target = targetOf(50n)
          const found = mineNonces(header(length), range, target)
          const below = (counter: bigint): boolean =>
            bytesToBigInt(sha3_256(withNonce(header(length), nonceOffset, nonceLength, counter))) <
            bytesToBigInt(target)
          const end = found ?? startCounter + 200n
          for (let counter = startCounter; counter < end; counter++) expect(below(counter)).toBe(false)
          if (found !== undefined) expect(below(found)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('all engines find the same attempt', () => {
    for (const [nonceOffset, nonceLength] of [
      [4, 8],
      [130, 8],
      [600, 2],
    ] as const) {
      const target = new Uint8Array(32)
      target[1] = 0x60
      const search = { header: header(720), nonceOffset, nonceLength, start: 3n, attempts: 4001, target }
      const found = javascriptEngine.searchNonce(search)
      expect(scalarEngine()?.searchNonce(search)).toBe(found)
      expect(simdEngine()?.searchNonce(search)).toBe(found)
    }
  })

  test('a hash equal to the target is not below it, one less is', () => {
    const hash = bytesToBigInt(sha3_256(withNonce(header(100), 4, 8, 77n)))
    const range = { nonceOffset: 4, nonceLength: 8, startCounter: 77n, attempts: 1 }
    expect(mineNonces(header(100), range, bigIntToBytes(hash))).toBeUndefined()
    expect(mineNonces(header(100), range, bigIntToBytes(hash + 1n))).toBe(77n)
  })

  test('an attempt behind the range does not count, though two are made at once', () => {
    const hashOf = (counter: bigint): bigint => bytesToBigInt(sha3_256(withNonce(header(100), 4, 8, counter)))
    let startCounter = 0n
    while (hashOf(startCounter) <= hashOf(startCounter + 1n)) startCounter++
    const target = bigIntToBytes(hashOf(startCounter + 1n) + 1n)
    const range = { nonceOffset: 4, nonceLength: 8, startCounter }
    expect(mineNonces(header(100), { ...range, attempts: 1 }, target)).toBeUndefined()
    expect(mineNonces(header(100), { ...range, attempts: 2 }, target)).toBe(startCounter + 1n)
  })

  test('no attempts find nothing, and a zero target is never met', () => {
    const range = { nonceOffset: 4, nonceLength: 8, startCounter: 0n }
    expect(mineNonces(header(100), { ...range, attempts: 0 }, targetOf(2n))).toBeUndefined()
    expect(mineNonces(header(100), { ...range, attempts: 500 }, new Uint8Array(32))).toBeUndefined()
    expect(mineNonces(header(100), { ...range, attempts: 500 }, new Uint8Array(0))).toBeUndefined()
  })

  test('a counter that outgrows its nonce ends the search', () => {
    const range = { nonceOffset: 4, nonceLength: 1, startCounter: 250n, attempts: 1000 }
    expect(mineNonces(header(100), range, new Uint8Array(32))).toBeUndefined()
    const last = { nonceOffset: 4, nonceLength: 8, startCounter: 2n ** 64n - 1n, attempts: 10 }
    expect(mineNonces(header(100), last, new Uint8Array(32).fill(0xff))).toBe(2n ** 64n - 1n)
  })

  test('the header is not changed', () => {
    const given = header(300)
    mineNonces(given, { nonceOffset: 4, nonceLength: 8, startCounter: 0n, attempts: 10 }, new Uint8Array(32))
    expect(given).toEqual(header(300))
  })

  test('a nonce outside the header, of no usable size, or a counter that does not fit is refused', () => {
    const good = { nonceOffset: 4, nonceLength: 8, startCounter: 0n, attempts: 1 }
    for (const wrong of [
      { nonceOffset: 93 },
      { nonceOffset: -1 },
      { nonceOffset: 1.5 },
      { nonceLength: 0 },
      { nonceLength: 9 },
      { startCounter: -1n },
      { nonceLength: 1, startCounter: 256n },
      { attempts: -1 },
      { attempts: 2 ** 31 },
    ]) {
      expect(
        () => mineNonces(header(100), { ...good, ...wrong }, targetOf(2n)),
        JSON.stringify(Object.keys(wrong)),
      ).toThrow(expect.objectContaining({ code: 'nonce-range' }))
    }
  })

  test('a header or target beyond its size is refused', () => {
    const range = { nonceOffset: 4, nonceLength: 8, startCounter: 0n, attempts: 1 }
    expect(() => mineNonces(header(MINING_HEADER_BYTES_MAX + 1), range, targetOf(2n))).toThrow(
      expect.objectContaining({ code: 'header-length' }),
    )
    expect(mineNonces(header(MINING_HEADER_BYTES_MAX), range, new Uint8Array(32).fill(0xff))).toBe(0n)
    expect(() => mineNonces(header(100), range, new Uint8Array(33))).toThrow(
      expect.objectContaining({ code: 'target-length' }),
    )
  })
})
