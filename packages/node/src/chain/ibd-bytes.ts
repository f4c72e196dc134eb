import { Cascade, concatBytes, encode, MiniNumber, miniNumber } from '@minipolis/minima'

/**
 * Wire form of an IBD out of TxBlocks that are at hand in theirs: a whole chain is sent without being decoded.
 *
 * @param cascade null for none; an empty one says that the chain is complete and still short
 */
export function ibdBytes(cascade: Cascade | null, txblocks: readonly Uint8Array[]): Uint8Array {
  const head = cascade === null ? Uint8Array.of(0) : concatBytes(Uint8Array.of(1), encode(Cascade, cascade))
  return concatBytes(head, encode(miniNumber, MiniNumber.of(txblocks.length)), ...txblocks)
}
