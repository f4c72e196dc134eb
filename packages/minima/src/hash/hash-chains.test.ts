import { describe, expect, test } from 'vitest'
import { hashChain, hashChains } from './hash-chains.ts'
import { sha3_256 } from './sha3.ts'

const start = new Uint8Array(32).fill(7)

describe('hash chains', () => {
  test('no step gives a copy, one step the hash, two the hash of the hash', () => {
    const copy = hashChain(start, 0)
    expect(copy).toEqual(start)
    expect(copy).not.toBe(start)
    expect(hashChain(start, 1)).toEqual(sha3_256(start))
    expect(hashChain(start, 2)).toEqual(sha3_256(sha3_256(start)))
  })

  test('a chain of a plus b steps is a chain of b steps on a chain of a steps', () => {
    expect(hashChain(hashChain(start, 100), 155)).toEqual(hashChain(start, 255))
  })

  test('a value of another size is refused', () => {
    for (const size of [0, 31, 33]) {
      expect(() => hashChain(new Uint8Array(size), 1)).toThrow(expect.objectContaining({ code: 'chain-value' }))
    }
  })

  test('steps that cannot be counted are refused', () => {
    for (const steps of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      expect(() => hashChains([{ value: start, steps }])).toThrow(expect.objectContaining({ code: 'chain-steps' }))
    }
  })
})
