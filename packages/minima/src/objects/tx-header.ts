import type { Codec } from '../codec/index.ts'
import { data, hash, miniNumber, struct } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'
import { Magic } from './magic.ts'
import { SuperParents } from './super-parents.ts'
import { hashWritten } from './written.ts'

/**
 * What work is done on. `time` is milliseconds since 1970, `blockDifficulty` the number (shortest unsigned bytes) an id must
 * be below to be a block, `superParents` the last block of each of the 32 levels, level 0 being the parent.
 * Source: minima-global/Minima: src/org/minima/objects/TxHeader.java
 */
export interface TxHeader {
  readonly nonce: MiniNumber
  readonly chainId: Uint8Array
  readonly time: MiniNumber
  readonly blockNumber: MiniNumber
  readonly blockDifficulty: Uint8Array
  readonly superParents: readonly Uint8Array[]
  readonly mmrRoot: Uint8Array
  readonly mmrTotal: MiniNumber
  readonly magic: Magic
  readonly customHash: Uint8Array
  /** Hash of the body. Nobody checks it: a body can be altered without changing the id. */
  readonly bodyHash: Uint8Array
}

export const TxHeader: Codec<TxHeader> = struct<TxHeader>({
  nonce: miniNumber,
  chainId: data,
  time: miniNumber,
  blockNumber: miniNumber,
  blockDifficulty: data,
  superParents: SuperParents,
  mmrRoot: hash,
  mmrTotal: miniNumber,
  magic: Magic,
  customHash: hash,
  bodyHash: hash,
})

/** Hash of the written header, which is the TxPoW id. 32 bytes. */
export const headerId = (header: TxHeader): Uint8Array => hashWritten(TxHeader, header)
