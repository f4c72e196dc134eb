import { MiniNumber } from '../number/index.ts'
import type { Token } from './token.ts'

/**
 * The reference multiplies or divides by ten `scale` times. After 128 times nothing changes any more: a number other than
 * zero has left the range, or all its digits are below the smallest unit. So a hostile scale of 2^31 costs no more.
 */
const STEPS_MAX = 128

const repeat = (amount: MiniNumber, times: number, step: (amount: MiniNumber) => MiniNumber): MiniNumber => {
  let result = amount
  for (let i = 0; i < Math.min(times, STEPS_MAX); i++) result = step(result)
  return result
}

/**
 * Token units of a raw Minima amount: amount · 10^scale.
 * @throws NumberError `number-range` when they leave the range of numbers: the reference cannot show such a coin
 */
export const toTokenAmount = (token: Pick<Token, 'scale'>, minimaAmount: MiniNumber): MiniNumber =>
  repeat(minimaAmount, token.scale.asInt(), (amount) => amount.mult(MiniNumber.TEN))

/** The raw Minima amount of token units: amount · 10^-scale, cut to 44 decimals. */
export const toMinimaAmount = (token: Pick<Token, 'scale'>, tokenAmount: MiniNumber): MiniNumber =>
  repeat(tokenAmount, token.scale.asInt(), (amount) => amount.div(MiniNumber.TEN))
