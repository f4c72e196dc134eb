import type { Codec } from '../codec/index.ts'
import { nullable, struct } from '../codec/index.ts'
import { assertWritableCoins } from './transaction.ts'
import { TxBody } from './tx-body.ts'
import { headerId, TxHeader } from './tx-header.ts'
import { writtenSize } from './written.ts'

/**
 * The unit of the network: a transaction and a block at once. Without a body it is a header on its own, as in a cascade.
 * Source: minima-global/Minima: src/org/minima/objects/TxPoW.java
 */
export interface TxPoW {
  readonly header: TxHeader
  readonly body: TxBody | null
}

const fields = struct<TxPoW>({ header: TxHeader, body: nullable(TxBody) })

/** Reading refuses a unit that could not be written again: the reference computes its size at once. */
export const TxPoW: Codec<TxPoW> = {
  read(r) {
    const txpow = fields.read(r)
    if (txpow.body !== null) {
      for (const { coinProofs } of [txpow.body.witness, txpow.body.burnWitness]) {
        assertWritableCoins(
          r,
          coinProofs.map(({ coin }) => coin),
        )
      }
    }
    return txpow
  },
  write: fields.write,
}

/** Hash of the written header. 32 bytes. */
export const txpowId = (txpow: TxPoW): Uint8Array => headerId(txpow.header)

/** Bytes of the written form. */
export const txpowSize = (txpow: TxPoW): number => writtenSize(TxPoW, txpow)
