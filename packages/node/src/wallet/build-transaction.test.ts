import { type Coin, isAmountValid, MiniNumber, sumAmounts, toHex } from '@minipolis/minima'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WalletError } from '../errors/index.ts'
import { buildTransaction, type Funds } from './build-transaction.ts'

const coin = (id: number, amount: MiniNumber): Coin => ({
  coinId: new Uint8Array(32).fill(id),
  address: new Uint8Array(32).fill(1),
  amount,
  tokenId: Uint8Array.of(0),
  storeState: false,
  mmrEntry: BigInt(id),
  spent: 0,
  created: MiniNumber.ONE,
  state: [],
  token: null,
})

const fundsOf = (coins: readonly Coin[], pieces = 1, busy: readonly Coin[] = []): Funds => ({
  input: (id) => coins.find(({ coinId }) => toHex(coinId) === id)!,
  token: (tokenId) => {
    throw new WalletError('unknown-token', tokenId)
  },
  spendable: () => coins,
  owned: () => [...coins, ...busy],
  changeCoins: () => pieces,
  changeAddress: () => new Uint8Array(32).fill(9),
})

const address = `0x${'77'.repeat(32)}`
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'no error'
  } catch (error) {
    return (error as WalletError).code
  }
}

describe('building a transaction', () => {
  test('whatever the coins and amounts, nothing is lost but the burn, and no coin goes in twice', () => {
    const cents = fc.integer({ min: 1, max: 1_000_000 }).map((value) => MiniNumber.of(value).div(MiniNumber.of(100)))
    fc.assert(
      fc.property(
        fc.array(cents, { minLength: 1, maxLength: 20 }),
        fc.array(cents, { minLength: 1, maxLength: 5 }),
        fc.nat(300),
        fc.integer({ min: 1, max: 12 }),
        (amounts, wanted, burnCents, pieces) => {
          const burn = MiniNumber.of(burnCents).div(MiniNumber.of(100))
          const funds = fundsOf(
            amounts.map((amount, i) => coin(i + 10, amount)),
            pieces,
          )
          const draft = { outputs: wanted.map((amount) => ({ address, amount })), burn, fund: true }
          const need = wanted.reduce((sum, amount) => sum.add(amount), burn)
          const have = amounts.reduce((sum, amount) => sum.add(amount), MiniNumber.ZERO)
          if (have.lessThan(need)) {
            expect(codeOf(() => buildTransaction(draft, funds))).toBe('insufficient-funds')
            return
          }
          const transaction = buildTransaction(draft, funds)
          expect(isAmountValid(transaction)).toBe(true)
          expect(sumAmounts(transaction.inputs).sub(sumAmounts(transaction.outputs)).toString()).toBe(burn.toString())
          expect(transaction.outputs.slice(0, wanted.length).map(({ amount }) => amount)).toEqual(wanted)
        },
      ),
    )
  })

  test('too little is told from not yet', () => {
    const draft = { outputs: [{ address, amount: MiniNumber.of(9) }], fund: true }
    expect(codeOf(() => buildTransaction(draft, fundsOf([coin(1, MiniNumber.ONE)])))).toBe('insufficient-funds')
    const waiting = fundsOf([coin(1, MiniNumber.ONE)], 1, [coin(2, MiniNumber.of(50))])
    expect(codeOf(() => buildTransaction(draft, waiting))).toBe('coins-busy')
  })

  test('without funding the draft has to balance to the last digit', () => {
    const given = coin(1, MiniNumber.of('1.5'))
    const inputs = [toHex(given.coinId)]
    const draft = (amount: string, burn?: MiniNumber) => () =>
      buildTransaction(
        { inputs, outputs: [{ address, amount: MiniNumber.of(amount) }], ...(burn && { burn }) },
        fundsOf([given]),
      )
    expect(codeOf(draft('1.5'))).toBe('no error')
    expect(codeOf(draft('1.4'))).toBe('bad-draft')
    expect(codeOf(draft('1.6'))).toBe('bad-draft')
    expect(codeOf(draft('1.4', MiniNumber.of('0.1')))).toBe('no error')
    expect(codeOf(() => buildTransaction({ inputs: [], outputs: [] }, fundsOf([])))).toBe('bad-draft')
  })

  test('change is cut into as many coins as are wanted, within what nodes relay', () => {
    const rich = fundsOf([coin(1, MiniNumber.of(1000))], 8)
    const one = buildTransaction({ outputs: [{ address, amount: MiniNumber.ONE }], fund: true }, rich)
    expect(one.outputs.slice(1).map(({ amount }) => amount.toString())).toEqual([...Array(7).fill('124'), '131'])
    const outputs = Array.from({ length: 12 }, () => ({ address, amount: MiniNumber.ONE }))
    expect(buildTransaction({ outputs, fund: true }, rich).outputs).toHaveLength(15)
  })

  test('a token has whole units, at most sixteen decimals and a trillion pieces', () => {
    const rich = fundsOf([coin(1, MiniNumber.of(1000))])
    const create = (amount: string, decimals: number) => () =>
      buildTransaction(
        { outputs: [{ address, amount: MiniNumber.of(amount), create: { name: 'x', decimals } }], fund: true },
        rich,
      )
    expect(codeOf(create('5', 2))).toBe('no error')
    for (const bad of [
      create('0', 2),
      create('1.5', 2),
      create('1000000000001', 2),
      create('5', 17),
      create('5', -1),
    ]) {
      expect(codeOf(bad)).toBe('bad-draft')
    }
  })
})
