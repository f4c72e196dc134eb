import { fromBase64, toBase64 } from '../crypto/index.ts'
import { LogError } from './log-error.ts'
import { HASH_SIZE, LOG_SIZE_MAX } from './log-store.ts'

/** A log's tree head: what the note text of a checkpoint says. */
export interface Checkpoint {
  /** Names the log. */
  readonly origin: string
  /** Number of leaves. */
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** The note text of a checkpoint: three lines. Source: c2sp.org/tlog-checkpoint. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/**
 * Reads a note text strictly. Extension lines, which the format tolerates but nobody can audit, are allowed and ignored.
 *
 * @throws LogError `checkpoint-syntax`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin, size, root] = lines
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) {
    throw new LogError('checkpoint-syntax', 'a checkpoint has an origin line, a size line and a root line')
  }
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size!) || Number(size) > LOG_SIZE_MAX) {
    throw new LogError('checkpoint-syntax', `the tree size is a decimal number up to ${LOG_SIZE_MAX}`)
  }
  try {
    return { origin: origin!, size: Number(size), root: fromBase64(root!, HASH_SIZE) }
  } catch (cause) {
    throw new LogError('checkpoint-syntax', 'the root hash is base64 of 32 bytes', {}, { cause })
  }
}
