import { EMPTY_TRANSACTION, EMPTY_WITNESS, MiniNumber, type TxPoW, type TxPoWFacts } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import { MEMPOOL_BYTES_MAX, MEMPOOL_ENTRIES_MAX, Mempool, type PoolEntry, REJECTIONS_MAX } from './mempool.ts'

const txpow = {
  header: {},
  body: { transaction: EMPTY_TRANSACTION, witness: EMPTY_WITNESS },
} as unknown as TxPoW

const entry = (id: string, burn: number, coins: readonly string[] = [], size = 100): PoolEntry => ({
  id,
  txpow,
  facts: { size } as TxPoWFacts,
  burn: MiniNumber.of(burn),
  coins,
})

describe('the mempool', () => {
  test('offers the largest burn first, of equals the one that came first', () => {
    const pool = new Mempool()
    for (const [id, burn] of [
      ['a', 0],
      ['b', 5],
      ['c', 0],
      ['d', 7],
    ] as const)
      pool.add(entry(id, burn))
    expect(pool.byBurn().map(({ id }) => id)).toEqual(['d', 'b', 'a', 'c'])
  })

  test('knows which coins are spoken for, also when two want the same', () => {
    const pool = new Mempool()
    pool.add(entry('a', 0, ['x', 'y']))
    pool.add(entry('b', 0, ['y']))
    pool.remove('a')
    expect([pool.spends('x'), pool.spends('y')]).toEqual([false, true])
    pool.remove('b')
    expect(pool.spends('y')).toBe(false)
    expect(pool.bytes).toBe(0)
  })

  test('counts a rejection once per round and gives up after three', () => {
    const pool = new Mempool()
    pool.add(entry('a', 0))
    for (let round = 0; round <= REJECTIONS_MAX; round++) {
      expect(pool.isExhausted('a')).toBe(false)
      pool.reject('a', String(round))
      pool.reject('a', String(round))
    }
    expect(pool.isExhausted('a')).toBe(true)
  })

  test('a flood pushes out the smallest burns, and the memory stays bounded', () => {
    const pool = new Mempool()
    for (let i = 0; i < MEMPOOL_ENTRIES_MAX + 500; i++) pool.add(entry(`t${i}`, i))
    expect(pool.size).toBeLessThanOrEqual(MEMPOOL_ENTRIES_MAX)
    expect(pool.has('t0')).toBe(false)
    expect(pool.has(`t${MEMPOOL_ENTRIES_MAX + 499}`)).toBe(true)

    const large = new Mempool()
    for (let i = 0; i < 1000; i++) large.add(entry(`t${i}`, i, [], 65_536))
    expect(large.bytes).toBeLessThanOrEqual(MEMPOOL_BYTES_MAX)
  })
})
