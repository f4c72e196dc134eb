import { describe, expect, test } from 'vitest'
import { bigIntToBytes } from '../codec/index.ts'
import { MIN_TXPOW_WORK } from './magic.ts'
import { addWeights, compareWeights, difficultyWeight, floorWeight, formatWeight, weightAtLevel } from './weight.ts'

const MAX = 2n ** 256n - 1n
const ofDifficulty = (target: bigint): string => formatWeight(difficultyWeight(bigIntToBytes(target)))

describe('weight of a block', () => {
  test('is 10000.00 at the easiest work and 1 at the easiest difficulty', () => {
    expect(formatWeight(difficultyWeight(MIN_TXPOW_WORK))).toBe('10000.00')
    expect(ofDifficulty(MAX)).toBe('1')
    expect(ofDifficulty(MAX / 8n)).toBe('8.000000')
  })

  test('has seven digits, rounded half to even', () => {
    // 2^256 - 1 is a multiple of 3, 5 and 17.
    expect(ofDifficulty(MAX / 3n)).toBe('3')
    expect(difficultyWeight(bigIntToBytes(MAX / 5n))).toEqual({ unscaled: 5n, scale: 0 })
    expect(formatWeight(weightAtLevel({ unscaled: 1_000_000_5n, scale: 0 }, 0))).toBe('10000000')
    expect(weightAtLevel({ unscaled: 5_000_000_5n, scale: 0 }, 0)).toEqual({ unscaled: 5_000_000n, scale: -1 })
    expect(weightAtLevel({ unscaled: 5_000_001_5n, scale: 0 }, 0)).toEqual({ unscaled: 5_000_002n, scale: -1 })
    expect(weightAtLevel({ unscaled: 9_999_999_5n, scale: 1 }, 0)).toEqual({ unscaled: 1_000_000n, scale: -1 })
  })

  test('is nothing for a difficulty that no id is below', () => {
    expect(floorWeight(difficultyWeight(new Uint8Array(0)))).toBe(0n)
    expect(floorWeight(difficultyWeight(Uint8Array.of(0)))).toBe(0n)
  })

  test('of the hardest difficulty has 78 digits', () => {
    expect(ofDifficulty(1n)).toBe(`1157921${'0'.repeat(71)}`)
  })

  test('sums are exact and compare across scales', () => {
    const sum = addWeights({ unscaled: 1n, scale: 0 }, { unscaled: 25n, scale: 2 })
    expect(formatWeight(sum)).toBe('1.25')
    expect(compareWeights(sum, { unscaled: 1250n, scale: 3 })).toBe(0)
    expect(compareWeights(sum, { unscaled: 2n, scale: 0 })).toBe(-1)
    expect(compareWeights({ unscaled: 1n, scale: -1 }, sum)).toBe(1)
  })
})
