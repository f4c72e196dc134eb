import { type JsonValue, MiniNumber, toHex } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import type { ChainAccess } from './chain-access.ts'
import { createSinglePong, isPongOfOurs } from './greeting.ts'

const idOf = (number: number): Uint8Array => new Uint8Array(32).fill(number)

/** A main branch of 200 blocks, of which the tree has the last hundred and the archive nothing. */
const chain = {
  version: '1.0.45-TEST',
  tip: () => ({ number: 200, id: idOf(200) }),
  branchIds: () => Array.from({ length: 100 }, (_, i) => idOf(200 - i)),
  mainBlock: (number: number) => (number > 100 && number <= 200 ? { number, id: idOf(number) } : undefined),
} as unknown as ChainAccess
const fresh = { ...chain, tip: () => undefined, branchIds: () => [], mainBlock: () => undefined } as ChainAccess

const pong = (check: JsonValue, hash: JsonValue, version = '1.0.45-TEST') => ({
  version,
  extra: new Map([
    ['50block', check],
    ['50hash', hash],
  ]),
  topBlock: MiniNumber.ZERO,
  chain: [],
})

describe('the answer to a probe', () => {
  test('names a block a hundred below the tip, or says that there is no chain', () => {
    const counts = { incoming: 1, outgoing: 2 }
    expect(createSinglePong(chain, counts, []).extra?.get('50block')).toBe('101')
    const { extra } = createSinglePong(fresh, counts, [])
    expect(['topblock', 'tophash', '50block', '50hash'].map((name) => extra?.get(name))).toEqual([
      '0',
      '0x00',
      '0',
      '0x00',
    ])
  })

  test('counts for our chain when its block is on our branch, or above it', () => {
    expect(isPongOfOurs(chain, pong('150', toHex(idOf(150))))).toBe(true)
    expect(isPongOfOurs(chain, pong('5000', toHex(idOf(1))))).toBe(true)
    expect(isPongOfOurs(fresh, pong('150', toHex(idOf(150))))).toBe(true)
  })

  test.each<[string, JsonValue, JsonValue]>([
    ['another block of that number', '150', toHex(idOf(9))],
    ['a block that we cannot compare', '3', toHex(idOf(3))],
    ['no chain', '0', '0x00'],
    ['a negative number', '-1', '0x00'],
    ['a number of no block', '1e400', '0x00'],
    ['what is no number', 'NaN', toHex(idOf(150))],
    ['a list', [], toHex(idOf(150))],
    ['a hash that is none', '150', 7n],
  ])('does not count with %s', (_, block, hash) => {
    expect(isPongOfOurs(chain, pong(block, hash))).toBe(false)
  })

  test('does not count from another network', () => {
    expect(isPongOfOurs(chain, pong('150', toHex(idOf(150)), '1.0.45'))).toBe(false)
  })
})
