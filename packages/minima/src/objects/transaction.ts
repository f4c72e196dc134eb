import type { Codec, Reader } from '../codec/index.ts'
import { hash, list, struct } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { Coin } from './coin.ts'
import { assertWritableState, StateVariable } from './state-variable.ts'
import { hashWritten, writtenSize } from './written.ts'

/**
 * Coins in, coins out. `linkHash` is 0x00, in a burn transaction the id of the transaction it pays for.
 * Source: minima-global/Minima: src/org/minima/objects/Transaction.java
 */
export interface Transaction {
  readonly inputs: readonly Coin[]
  readonly outputs: readonly Coin[]
  readonly state: readonly StateVariable[]
  readonly linkHash: Uint8Array
}

const coins = list(Coin)
const stateList = list(StateVariable)
const fields = struct<Transaction>({ inputs: coins, outputs: coins, state: stateList, linkHash: hash })

export function assertWritableCoins(r: Reader, coinList: readonly Coin[]): void {
  for (const coin of coinList) assertWritableState(r, coin.state)
}

/** Reading refuses a transaction that could not be written again, because its id covers the written form. */
export const Transaction: Codec<Transaction> = {
  read(r) {
    const transaction = fields.read(r)
    assertWritableCoins(r, transaction.inputs)
    assertWritableCoins(r, transaction.outputs)
    assertWritableState(r, transaction.state)
    return transaction
  },
  write: fields.write,
}

export const LINK_HASH_NONE = Uint8Array.of(0x00)
export const EMPTY_TRANSACTION: Transaction = { inputs: [], outputs: [], state: [], linkHash: LINK_HASH_NONE }

/** Hash of the written form. 32 bytes. @throws NumberError for a state number outside the range of numbers */
export const transactionId = (transaction: Transaction): Uint8Array => hashWritten(Transaction, transaction)

export const isEmptyTransaction = (transaction: Transaction): boolean =>
  transaction.inputs.length === 0 && transaction.outputs.length === 0

/** Sum of raw Minima amounts in coin order: the order decides nothing, the scales decide the scale of the sum. */
export const sumAmounts = (coinList: readonly Coin[]): MiniNumber =>
  coinList.reduce((sum, coin) => sum.add(coin.amount), MiniNumber.ZERO)

/** What disappears: inputs less outputs, all tokens together, in raw Minima amounts. @throws NumberError `number-range` */
export const transactionBurn = (transaction: Transaction): MiniNumber =>
  sumAmounts(transaction.inputs).sub(sumAmounts(transaction.outputs))

/** Bytes of the state list with its count: what the relay rule limits. */
export const stateSize = (state: readonly StateVariable[]): number => writtenSize(stateList, state)
