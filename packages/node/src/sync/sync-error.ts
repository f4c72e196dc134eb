import { MinipolisError } from '@minipolis/minima'

/**
 * Why a chain download is not taken, one line per code. It ends as the `SyncResult` of the download.
 *
 * - `false-block`: a block breaks the rules.
 * - `false-cascade`: the cascade does not hang together, its work was not done, or the blocks do not stand on it.
 * - `no-parent`: the blocks do not stand on our chain.
 */
export type SyncErrorCode = 'false-block' | 'false-cascade' | 'no-parent'

export class SyncError extends MinipolisError<SyncErrorCode> {}
