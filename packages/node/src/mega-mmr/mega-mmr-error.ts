import { MinipolisError } from '@minipolis/minima'

/**
 * What can be wrong with a file of all coins, one line per code.
 *
 * - `file-damaged`: the bytes are not what such a file holds.
 * - `file-false`: coins, tree and chain in it do not fit each other.
 * - `moved-on`: the tree moved on again and again while it was written; try again later.
 */
export type MegaMMRErrorCode = 'file-damaged' | 'file-false' | 'moved-on'

export class MegaMMRError extends MinipolisError<MegaMMRErrorCode> {}
