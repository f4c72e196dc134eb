import { type Codec, Writer } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'

/** A TxPoW of the main network fits; a scratch buffer that grew beyond is not kept. */
const SCRATCH_SIZE = 64 * 1024

let scratch = new Writer(SCRATCH_SIZE)

/**
 * Calls `use` with the written form of an object, in a buffer that is overwritten by the next call: ids are hashes of the
 * written form, never of received bytes, and need no copy of it. With a growing buffer per hash, decoding a TxPoW with all
 * its ids took half as long again.
 */
export function withWritten<T, R>(codec: Codec<T>, value: T, use: (written: Uint8Array) => R): R {
  scratch.reset()
  codec.write(scratch, value)
  const result = use(scratch.view8())
  if (scratch.size > SCRATCH_SIZE) scratch = new Writer(SCRATCH_SIZE)
  return result
}

/** SHA3-256 of the written form. 32 bytes. */
export const hashWritten = <T>(codec: Codec<T>, value: T): Uint8Array => withWritten(codec, value, sha3_256)

/** Bytes of the written form. */
export const writtenSize = <T>(codec: Codec<T>, value: T): number =>
  withWritten(codec, value, (written) => written.length)
