import { MinipolisError } from '@minipolis/minima'

/**
 * What can go wrong with a log.
 *
 * - `log-moved`: another writer appended first; reload and try again
 * - `log-behind-published`: the durable tree is smaller than one already published (a restored backup?)
 * - `log-diverged`: the durable tree has the published size but another root, or does not extend it
 * - `log-damaged`: a tile, root or entry does not match the rest; run `log fsck`
 * - `log-full`: the log reached its greatest size
 * - `log-origin`: the origin line is not allowed
 * - `note-syntax`, `note-signature`, `note-key`: a signed note that is malformed, not signed by the key, or a bad key text
 * - `checkpoint-syntax`: a checkpoint body that is malformed
 * - `proof-syntax`: a tlog-proof that is malformed
 * - `proof-broken`: a tlog-proof that does not lead from the entry to its checkpoint
 * - `log-range`: an index or size outside the tree
 */
export type LogErrorCode =
  | 'log-moved'
  | 'log-behind-published'
  | 'log-diverged'
  | 'log-damaged'
  | 'log-full'
  | 'log-origin'
  | 'note-syntax'
  | 'note-signature'
  | 'note-key'
  | 'checkpoint-syntax'
  | 'proof-syntax'
  | 'proof-broken'
  | 'log-range'

export class LogError extends MinipolisError<LogErrorCode> {}
