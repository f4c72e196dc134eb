import { bytesEqual, toHex } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import type { Coin } from './coin.ts'
import { TOKEN_CREATE, TOKEN_MINIMA } from './token.ts'
import type { Transaction } from './transaction.ts'
import { sumAmounts } from './transaction.ts'

const MINIMA = toHex(TOKEN_MINIMA)

/** Raw amounts by token id, added in coin order. */
const sumByToken = (coins: readonly Coin[]): Map<string, MiniNumber> => {
  const sums = new Map<string, MiniNumber>()
  for (const coin of coins) {
    const token = toHex(coin.tokenId)
    sums.set(token, (sums.get(token) ?? MiniNumber.ZERO).add(coin.amount))
  }
  return sums
}

/**
 * The value rules of a transaction: at least one input; outputs do not exceed inputs, in total and per token; every amount
 * is above 0 and at most a billion; no coin goes in twice. Outputs that create tokens (0xFF) ask for Minima to be among the
 * tokens checked but are not added to its sum, so other tokens may pay for them within the total.
 * Source: minima-global/Minima: src/org/minima/objects/Transaction.java (checkValid)
 *
 * @throws NumberError `number-range` when a sum leaves the range of numbers: the transaction is refused all the same
 */
export function isAmountValid(transaction: Transaction): boolean {
  const { inputs, outputs } = transaction
  if (inputs.length === 0) return false
  if (sumAmounts(outputs).moreThan(sumAmounts(inputs))) return false
  if (!inputs.every(hasValidAmount) || !outputs.every(hasValidAmount)) return false
  const paid = sumByToken(inputs)
  const received = sumByToken(outputs)
  for (const token of checkedTokens(outputs)) {
    if ((paid.get(token) ?? MiniNumber.ZERO).lessThan(received.get(token) ?? MiniNumber.ZERO)) return false
  }
  return new Set(inputs.map((coin) => toHex(coin.coinId))).size === inputs.length
}

const hasValidAmount = (coin: Coin): boolean => coin.amount.isValidAmount()

const checkedTokens = (outputs: readonly Coin[]): Set<string> =>
  new Set(outputs.map((coin) => (bytesEqual(coin.tokenId, TOKEN_CREATE) ? MINIMA : toHex(coin.tokenId))))
