import { encode, MiniNumber, TxHeader } from '@minipolis/minima'
import { NONCE_BYTES } from '../threads/index.ts'

/** Leads the counter, so that the number keeps its length whatever the counter is. */
const PREFIX = 1n << BigInt(8 * NONCE_BYTES)
/** Scale byte, length byte, prefix byte; then the counter. */
export const NONCE_OFFSET = 3

/** The nonce with this counter: a whole number of nine bytes. */
export const nonceOf = (counter: bigint): MiniNumber => MiniNumber.raw(PREFIX + counter, 0)

export const FIRST_NONCE = nonceOf(0n)

/** The wire form that is searched: the counter stands at `NONCE_OFFSET`. */
export const searchedHeader = (header: TxHeader): Uint8Array => encode(TxHeader, { ...header, nonce: FIRST_NONCE })
