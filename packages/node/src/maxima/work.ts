import {
  bigIntToBytes,
  bodyHash,
  bytesEqual,
  bytesToBigInt,
  compareBytes,
  type TxPoW,
  txpowId,
} from '@minipolis/minima'
import { NONCE_OFFSET, nonceOf, searchedHeader } from '../miner/nonce.ts'
import type { WorkThread } from '../threads/index.ts'
import { MaximaError } from './maxima-error.ts'

/** Milliseconds after which a sender gives up its work, as the reference does. */
export const WORK_MS_MAX = 15_000
/** Blocks that the work of a message may be away from our tip. */
export const WORK_AGE_BLOCKS_MAX = 100

/** Does the work for a message. @throws MaximaError `no-chain`, `work-timeout`; the signal's reason when it aborts */
export type MaximaWork = (customHash: Uint8Array, signal?: AbortSignal) => Promise<TxPoW>

export interface WorkParts {
  /** Minimum work by the magic of the tip; undefined without a chain. */
  readonly minimumWork: () => Uint8Array | undefined
  /** A candidate on the tip without a transaction of its own. */
  readonly template: () => TxPoW
  readonly thread: WorkThread
}

/** Works on an ordinary candidate that names the message, until its id is below the difficulty. Source: spec 07 section 4 */
export function createMaximaWork({ minimumWork, template, thread }: WorkParts): MaximaWork {
  return async (customHash, signal) => {
    const least = minimumWork()
    if (least === undefined)
      throw new MaximaError('no-chain', 'there is no block yet to work on; connect to a peer first')
    const txpow = messageCandidate(template(), customHash, messageDifficulty(least))
    const target = txpow.body!.transactionDifficulty
    const request = { kind: 'mine', header: searchedHeader(txpow.header), nonceOffset: NONCE_OFFSET, target } as const
    const timeout = AbortSignal.timeout(WORK_MS_MAX)
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    try {
      const { counter } = await thread.run(request, 'in-turn', either)
      return { ...txpow, header: { ...txpow.header, nonce: nonceOf(counter) } }
    } catch (error) {
      if (!timeout.aborted || signal?.aborted) throw error
      throw new MaximaError('work-timeout', `the work for the message took more than ${WORK_MS_MAX} ms; try again`)
    }
  }
}

function messageCandidate({ header, body }: TxPoW, customHash: Uint8Array, transactionDifficulty: Uint8Array): TxPoW {
  const changed = { ...body!, transactionDifficulty }
  return { header: { ...header, customHash, bodyHash: bodyHash(changed) }, body: changed }
}

/** Digits to which the reference divides. */
const SIGNIFICANT_DIGITS = 16

/**
 * Minimum work divided by 1.1: to 16 significant digits, ties to even, then the whole part. A little harder than needed, since
 * the minimum moves with the chain. Source: spec 07 section 4
 */
export function messageDifficulty(minimumWork: Uint8Array): Uint8Array {
  const tenfold = bytesToBigInt(minimumWork) * 10n
  const digits = (tenfold / 11n).toString().length
  if (digits < SIGNIFICANT_DIGITS) return bigIntToBytes(tenfold / 11n)
  const unit = 10n ** BigInt(digits - SIGNIFICANT_DIGITS)
  return bigIntToBytes(divideHalfEven(tenfold, 11n * unit) * unit)
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const twice = (dividend % divisor) * 2n
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  return isUp ? quotient + 1n : quotient
}

/**
 * Whether somebody worked for this TxPoW as much as the chain asks of a transaction. Honest senders always do; the reference
 * does not look. Source: spec 07 section 10, S2
 */
export function hasMessageWork(txpow: TxPoW, minimumWork: Uint8Array): boolean {
  const { header, body } = txpow
  return (
    body !== null &&
    compareBytes(body.transactionDifficulty, minimumWork) <= 0 &&
    bytesEqual(bodyHash(body), header.bodyHash) &&
    compareBytes(txpowId(txpow), body.transactionDifficulty) < 0
  )
}

/** Whether the work was done near our tip, so that it cannot have been done long ago. */
export function isRecentWork({ header }: TxPoW, tipNumber: number): boolean {
  const distance = header.blockNumber.toBigInt() - BigInt(tipNumber)
  return distance <= WORK_AGE_BLOCKS_MAX && distance >= -WORK_AGE_BLOCKS_MAX
}
