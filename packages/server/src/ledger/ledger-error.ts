import { MinipolisError } from '@minipolis/minima'

/**
 * Why a ledger could not do what it was asked, one line per code.
 *
 * - `unavailable`: the node is away, starting or out of disk; the same call works later.
 * - `busy`: coins are unconfirmed or in another transaction, or a queue is full; the same call works after a block or two.
 * - `insufficient-funds`: the wallet does not hold enough.
 * - `refused`: the draft, script or query is wrong; repeating it changes nothing.
 * - `failed`: the node found a fault that a person has to look at.
 */
export type LedgerErrorCode = 'unavailable' | 'busy' | 'insufficient-funds' | 'refused' | 'failed'

export class LedgerError extends MinipolisError<LedgerErrorCode> {
  /** Whether the same call can succeed later without anybody doing anything. */
  get isTransient(): boolean {
    return this.code === 'unavailable' || this.code === 'busy'
  }
}
