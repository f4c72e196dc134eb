import { MinipolisError } from '@minipolis/minima'

/**
 * - `anchor-record`: a kept anchor record cannot be read
 * - `anchor-lost`: the log's live anchor coin is on no branch that the ledger knows
 * - `anchor-foreign`: the live anchor coin says something that this city never anchored
 * - `anchor-unproven`: the ledger no longer has the blocks that prove a confirmed anchor
 */
export type AnchorErrorCode = 'anchor-record' | 'anchor-lost' | 'anchor-foreign' | 'anchor-unproven'

export class AnchorError extends MinipolisError<AnchorErrorCode> {}
