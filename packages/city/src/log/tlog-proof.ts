import { bytesEqual } from '@minipolis/minima'
import { type Ed25519, ed25519, fromBase64, toBase64 } from '../crypto/index.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { LogError } from './log-error.ts'
import { HASH_SIZE, LOG_SIZE_MAX, type StoredCheckpoint } from './log-store.ts'
import { merkleHash } from './merkle-hash.ts'
import { rootFromInclusion } from './merkle-proof.ts'
import { type NoteKey, parseNote, verifyNote } from './note.ts'
import type { TreeReader } from './tree-reader.ts'

/** Most hashes of an inclusion proof: one per level of the largest log. */
export const INCLUSION_PROOF_MAX = Math.log2(LOG_SIZE_MAX)

/** A self-contained proof that an entry stands in a log. */
export interface TlogProof {
  readonly index: number
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[]
  /** The signed note, verbatim. */
  readonly checkpoint: string
  /** Application data that nothing authenticates. */
  readonly extra?: Uint8Array
}

/** Text for a `.tlog-proof` file. Source: c2sp.org/tlog-proof. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const head = [HEADER, ...(extra ? [`extra ${toBase64(extra)}`] : []), `index ${index}`, ...hashes.map(toBase64)]
  return `${head.join('\n')}\n\n${checkpoint}`
}

/** Reads a `.tlog-proof` strictly; the checkpoint inside is not judged. @throws LogError `proof-syntax` */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n')
  const lines = text.slice(0, Math.max(split, 0)).split('\n')
  if (split < 0 || lines.shift() !== HEADER) throw new LogError('proof-syntax', `a proof begins with ${HEADER}`)
  const extra = lines[0]?.startsWith('extra ') ? bytesOf(lines.shift()!.slice(6)) : undefined
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? []
  if (digits === undefined || Number(digits) >= LOG_SIZE_MAX)
    throw new LogError('proof-syntax', 'expected a line: index and a number')
  if (lines.length > INCLUSION_PROOF_MAX) {
    throw new LogError('proof-syntax', `a proof has at most ${INCLUSION_PROOF_MAX} hashes, not ${lines.length}`)
  }
  const hashes = lines.map((line) => bytesOf(line, HASH_SIZE))
  return { index: Number(digits), hashes, checkpoint: text.slice(split + 2), ...(extra ? { extra } : {}) }
}

/** The proof of one entry under a checkpoint, as text. @throws LogError `log-range`, `log-damaged` */
export async function makeTlogProof(reader: TreeReader, checkpoint: StoredCheckpoint, index: number): Promise<string> {
  const hashes = await reader.inclusion(index, 1, checkpoint.size)
  return formatTlogProof({ index, hashes, checkpoint: checkpoint.text })
}

/**
 * Checks that an entry stands in the log of this key.
 *
 * @returns the tree head that it stands in
 * @throws LogError `proof-syntax`, `note-syntax`, `note-signature`, `checkpoint-syntax`, `proof-broken`
 */
export function verifyTlogProof(text: string, entry: Uint8Array, key: NoteKey, crypto: Ed25519 = ed25519): Checkpoint {
  const { index, hashes, checkpoint: note } = parseTlogProof(text)
  const parsed = parseNote(note)
  verifyNote(parsed, [key], crypto)
  const checkpoint = parseCheckpoint(parsed.text)
  const root = rootFromInclusion(
    merkleHash,
    { first: index, leaves: [merkleHash.leaf(entry)], size: checkpoint.size },
    hashes,
  )
  if (checkpoint.origin !== key.name || !root || !bytesEqual(root, checkpoint.root)) {
    throw new LogError(
      'proof-broken',
      `the entry is not entry ${index} of the ${checkpoint.size} that the checkpoint names`,
    )
  }
  return checkpoint
}

const HEADER = 'c2sp.org/tlog-proof@v1'

function bytesOf(text: string, size?: number): Uint8Array {
  try {
    return fromBase64(text, size)
  } catch (cause) {
    throw new LogError('proof-syntax', 'a line of the proof is not the base64 it should be', {}, { cause })
  }
}
