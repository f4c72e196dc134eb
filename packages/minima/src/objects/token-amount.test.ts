import { describe, expect, test } from 'vitest'
import { MiniNumber } from '../number/index.ts'
import { toMinimaAmount, toTokenAmount } from './token-amount.ts'

const outcome = (run: () => MiniNumber): string => {
  try {
    const { unscaled, scale } = run()
    return `${unscaled} scale ${scale}`
  } catch (error) {
    return String((error as { code?: unknown }).code)
  }
}

/** The reference's loop, as long as it takes. */
const naively = (times: number, amount: MiniNumber, step: (amount: MiniNumber) => MiniNumber): MiniNumber => {
  let result = amount
  for (let i = 0; i < times; i++) result = step(result)
  return result
}

const amounts = [
  MiniNumber.ZERO,
  MiniNumber.raw(0n, 60),
  MiniNumber.parse('0.00000000000000000000000000000000000000000001'),
  MiniNumber.parse('2.50'),
  MiniNumber.BILLION,
  MiniNumber.MAX,
  MiniNumber.raw(12345678901234567890n, 19),
  MiniNumber.raw(1n, 127),
  MiniNumber.raw(1n, -128),
  MiniNumber.raw(-7n, 44),
]

describe('token units', () => {
  test.each([0, 1, 8, 36, 44, 45, 107, 128, 129, 400])('at scale %d they are what the long loop gives', (scale) => {
    const token = { scale: MiniNumber.of(scale) }
    for (const amount of amounts) {
      const times10 = (value: MiniNumber): MiniNumber => value.mult(MiniNumber.TEN)
      const by10 = (value: MiniNumber): MiniNumber => value.div(MiniNumber.TEN)
      expect(outcome(() => toTokenAmount(token, amount))).toBe(outcome(() => naively(scale, amount, times10)))
      expect(outcome(() => toMinimaAmount(token, amount))).toBe(outcome(() => naively(scale, amount, by10)))
    }
  })

  test('a hostile scale costs no time', () => {
    const token = { scale: MiniNumber.of(2 ** 31 - 1) }
    expect(outcome(() => toTokenAmount(token, MiniNumber.ONE))).toBe('number-range')
    expect(outcome(() => toTokenAmount(token, MiniNumber.ZERO))).toBe('0 scale 0')
    expect(outcome(() => toMinimaAmount(token, MiniNumber.MAX))).toBe('0 scale 44')
  })

  test('a scale of zero or less changes nothing', () => {
    expect(toTokenAmount({ scale: MiniNumber.of(-3) }, amounts[3]!)).toEqual(amounts[3])
  })
})
