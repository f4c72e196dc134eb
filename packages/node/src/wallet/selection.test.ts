import { type Coin, MiniNumber } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import { selectCoins } from './selection.ts'

const coin = (amount: string, address = 1): Coin => ({
  coinId: Uint8Array.of(0),
  address: Uint8Array.of(address),
  amount: MiniNumber.of(amount),
  tokenId: Uint8Array.of(0),
  storeState: false,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ONE,
  state: [],
  token: null,
})
const pick = (coins: Coin[], amount: string): string[] | undefined =>
  selectCoins(coins, MiniNumber.of(amount))?.map((c) => `${c.amount}@${c.address[0]}`)

describe('choosing coins to pay with', () => {
  test('takes the smallest coin that suffices alone', () => {
    expect(pick([coin('100'), coin('7'), coin('5'), coin('9')], '6')).toEqual(['7@1'])
    expect(pick([coin('100'), coin('7')], '7.0')).toEqual(['7@1'])
  })
  test('joins the largest coins, address by address, when none suffices alone', () => {
    expect(pick([coin('5', 1), coin('4', 2), coin('3', 1), coin('1', 2)], '8.5')).toEqual(['5@1', '3@1', '4@2'])
  })
  test('gives nothing when all coins together are too little', () => {
    expect(pick([coin('5'), coin('4')], '9.1')).toBeUndefined()
    expect(pick([], '1')).toBeUndefined()
  })
})
