import { bytesEqual } from '../codec/index.ts'
import { COIN_ID_FLOATING, COIN_ID_OUTPUT, outputCoinId } from './coin.ts'
import type { Transaction } from './transaction.ts'

/**
 * The transaction with the coin ids its outputs will have, which a wallet writes before signing so that the transaction id
 * covers them. Under a floating first input they cannot be known and stay 0x00; without inputs nothing changes.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWGenerator.java (precomputeTransactionCoinID)
 */
export function withOutputCoinIds(transaction: Transaction): Transaction {
  const base = transaction.inputs[0]?.coinId
  if (base === undefined) return transaction
  const floating = bytesEqual(base, COIN_ID_FLOATING)
  return {
    ...transaction,
    outputs: transaction.outputs.map((coin, index) => ({
      ...coin,
      coinId: floating ? COIN_ID_OUTPUT : outputCoinId(base, index),
    })),
  }
}
