import { HashError } from './hash-error.ts'
import { sha3Engine } from './sha3.ts'

/** Longest header that is mined: far above what a TxHeader can be. */
export const MINING_HEADER_BYTES_MAX = 8000
/** Most attempts of one call. */
export const MINING_ATTEMPTS_MAX = 2 ** 31 - 1
const TARGET_BYTES = 32
const NONCE_BYTES_MAX = 8

export interface NonceRange {
  /** First byte of the nonce in the header. Bytes in blocks of 136 before it are hashed once, not per attempt. */
  readonly nonceOffset: number
  /** 1 to 8 bytes. */
  readonly nonceLength: number
  readonly startCounter: bigint
  /** Ends earlier where the counter no longer fits in the nonce. */
  readonly attempts: number
}

function assertSearch(header: Uint8Array, range: NonceRange, target: Uint8Array): void {
  const { nonceOffset, nonceLength, startCounter, attempts } = range
  if (header.length > MINING_HEADER_BYTES_MAX) {
    throw new HashError(
      'header-length',
      `a header of ${header.length} bytes, at most ${MINING_HEADER_BYTES_MAX} can be mined`,
    )
  }
  if (target.length > TARGET_BYTES) {
    throw new HashError('target-length', `a target of ${target.length} bytes, at most ${TARGET_BYTES} expected`)
  }
  const lengthFits = Number.isInteger(nonceLength) && nonceLength >= 1 && nonceLength <= NONCE_BYTES_MAX
  const placeFits = Number.isInteger(nonceOffset) && nonceOffset >= 0 && nonceOffset + nonceLength <= header.length
  if (!lengthFits || !placeFits) {
    throw new HashError(
      'nonce-range',
      `a nonce of 1 to ${NONCE_BYTES_MAX} bytes inside the header expected, got ${nonceLength} bytes at ${nonceOffset} of ${header.length}`,
    )
  }
  if (startCounter < 0n || startCounter >= 256n ** BigInt(nonceLength)) {
    throw new HashError('nonce-range', `counter ${startCounter} does not fit in ${nonceLength} bytes`)
  }
  if (!Number.isInteger(attempts) || attempts < 0 || attempts > MINING_ATTEMPTS_MAX) {
    throw new HashError('nonce-range', `expected 0 to ${MINING_ATTEMPTS_MAX} attempts, got ${attempts}`)
  }
}

/**
 * Searches the first counter, from `startCounter` on, whose header has a SHA3-256 strictly below the target, both as
 * unsigned big-endian numbers. The counter is written big-endian over the nonce bytes of the header; the header given is
 * not changed. Blocks the thread until done: call it from a worker, or with few attempts at a time (about 2 million per
 * second for a header of two blocks).
 *
 * @param target up to 32 bytes; shorter ones are numbers without leading zeros
 * @returns the counter, or `undefined` when no attempt was below the target
 * @throws HashError `nonce-range`, `header-length`, `target-length`
 */
export function mineNonces(header: Uint8Array, range: NonceRange, target: Uint8Array): bigint | undefined {
  assertSearch(header, range, target)
  const { nonceOffset, nonceLength, startCounter } = range
  const left = 256n ** BigInt(nonceLength) - startCounter
  const attempts = left < BigInt(range.attempts) ? Number(left) : range.attempts
  if (attempts === 0) return undefined
  const padded = new Uint8Array(TARGET_BYTES)
  padded.set(target, TARGET_BYTES - target.length)
  const search = { header, nonceOffset, nonceLength, start: startCounter, attempts, target: padded }
  const index = sha3Engine().searchNonce(search)
  // Two attempts run at once: the last of them may lie one behind the range.
  return index < 0 || index >= attempts ? undefined : startCounter + BigInt(index)
}
