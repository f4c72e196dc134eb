import { bytesEqual } from '@minipolis/minima'
import { type Ed25519, fromLowerHex } from '../crypto/index.ts'
import {
  type Checkpoint,
  merkleHash,
  parseCheckpoint,
  parseNote,
  parseNoteKey,
  rootFromInclusion,
  verifyNote,
} from '../log/index.ts'
import { broken, readingLeaves } from './check-packs.ts'
import type { Evidence } from './evidence-schema.ts'
import type { EvidenceTrust } from './verdict.ts'

/** The checkpoint is signed by the log's key, and every further signature by a witness that is shown. */
export function checkCheckpoint(
  { log }: Evidence,
  trust: EvidenceTrust,
  ed25519: Ed25519,
): { checkpoint: Checkpoint; noteText: string } {
  const key = parseNoteKey(log.key)
  const witnesses = log.witnesses.map(parseNoteKey)
  if (trust.logKeys && !trust.logKeys.includes(log.key)) throw broken(`the log key ${log.key} is not trusted`)
  if (key.type !== 0x01) throw broken('the log key is that of a witness')
  const note = parseNote(log.checkpoint)
  const verified = verifyNote(note, [key, ...witnesses], ed25519)
  // A reader of open notes ignores unknown signatures; evidence must not carry bytes that nobody checks.
  if (verified.length !== note.signatures.length)
    throw broken('the checkpoint carries a signature of a key that is not shown')
  if (
    verified.length !== 1 + witnesses.length ||
    new Set(verified.map(({ key: { id } }) => id)).size !== verified.length
  ) {
    throw broken('the checkpoint does not carry exactly one signature of each key shown')
  }
  const checkpoint = parseCheckpoint(note.text)
  if (checkpoint.origin !== key.name)
    throw broken(`the checkpoint is of the log ${checkpoint.origin}, the key of ${key.name}`)
  return { checkpoint, noteText: note.text }
}

/** The readings are leaves of the tree that the checkpoint names. */
export function checkInclusion({ packs }: Evidence, { size, root, origin }: Checkpoint): string {
  for (const pack of packs) {
    const at = { first: pack.logIndex, leaves: readingLeaves(pack), size }
    const found = rootFromInclusion(
      merkleHash,
      at,
      pack.inclusion.map((text) => fromLowerHex(text)),
    )
    if (!found || !bytesEqual(found, root)) {
      throw broken(
        `reading ${pack.readings[0]!.sequence} is not entry ${pack.logIndex} of the ${size} entries that the checkpoint names`,
      )
    }
  }
  return `entry ${packs[0]!.logIndex} of ${size} in the log ${origin}`
}
