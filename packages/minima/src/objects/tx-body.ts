import type { Codec } from '../codec/index.ts'
import { data, hash, list, struct } from '../codec/index.ts'
import { Transaction } from './transaction.ts'
import { Witness } from './witness.ts'
import { hashWritten } from './written.ts'

/**
 * What a TxPoW carries: a transaction, a burn transaction that pays for it (empty if unused), and for a block the ids of the
 * TxPoW whose transactions it includes. `transactionDifficulty` is the target of the sender's work.
 * Source: minima-global/Minima: src/org/minima/objects/TxBody.java
 */
export interface TxBody {
  readonly prng: Uint8Array
  readonly transactionDifficulty: Uint8Array
  readonly transaction: Transaction
  readonly witness: Witness
  readonly burnTransaction: Transaction
  readonly burnWitness: Witness
  readonly txpowIds: readonly Uint8Array[]
}

export const TxBody: Codec<TxBody> = struct<TxBody>({
  prng: hash,
  transactionDifficulty: data,
  transaction: Transaction,
  witness: Witness,
  burnTransaction: Transaction,
  burnWitness: Witness,
  txpowIds: list(hash),
})

/** What the header's `bodyHash` should be. 32 bytes. */
export const bodyHash = (body: TxBody): Uint8Array => hashWritten(TxBody, body)
