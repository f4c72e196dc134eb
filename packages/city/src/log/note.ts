import {
  type Ed25519,
  ed25519,
  fromBase64,
  type Sha256,
  sha256,
  TextFormError,
  toBase64,
  toLowerHex,
} from '../crypto/index.ts'
import { LogError } from './log-error.ts'

/** Longest signed note that is read, in characters. */
export const NOTE_SIZE_MAX = 256 * 1024

/** Most signature lines of one note. */
export const NOTE_SIGNATURES_MAX = 64

/** `0x01`: Ed25519 over the note text. `0x04`: a witness's timestamped Ed25519 cosignature of a checkpoint. */
export type NoteKeyType = 0x01 | 0x04

/** A public key that signs notes. */
export interface NoteKey {
  /** The key's name, for a log its origin line. */
  readonly name: string
  /** First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key), as 8 hex digits. */
  readonly id: string
  readonly type: NoteKeyType
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string
  /** 8 hex digits. */
  readonly id: string
  /** What follows the key id; for type `0x04` an 8-byte time and the signature. */
  readonly signature: Uint8Array
}

/** A note as read: nothing in it may be believed before `verifyNote`. */
export interface Note {
  /** The signed text, its final newline included. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** @throws LogError `note-key` for a name that a signature line could not carry */
export function noteKey(name: string, publicKey: Uint8Array, type: NoteKeyType = 0x01, hash: Sha256 = sha256): NoteKey {
  if (!isKeyName(name))
    throw new LogError('note-key', `a key name has no blanks and no plus sign: ${JSON.stringify(name)}`)
  const label = encoder.encode(`${name}\n`)
  const input = new Uint8Array(label.length + 1 + publicKey.length)
  input.set(label)
  input[label.length] = type
  input.set(publicKey, label.length + 1)
  return { name, id: toLowerHex(hash(input).subarray(0, 4)), type, publicKey }
}

/** `name+id+base64(type ‖ key)`, the usual text of a verifier key. */
export function formatNoteKey({ name, id, type, publicKey }: NoteKey): string {
  return `${name}+${id}+${toBase64(Uint8Array.of(type, ...publicKey))}`
}

/** @throws LogError `note-key` */
export function parseNoteKey(text: string): NoteKey {
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text) ?? []
  const bytes = base64 === undefined ? undefined : decodeBase64(base64)
  const type = bytes?.[0]
  if (name === undefined || bytes?.length !== 33 || (type !== 0x01 && type !== 0x04)) {
    throw new LogError('note-key', 'expected name+id+base64 of an Ed25519 note key (type 01 or 04)')
  }
  const key = noteKey(name, bytes.slice(1), type)
  if (key.id !== id)
    throw new LogError('note-key', `the key id ${id} does not belong to this name and key: expected ${key.id}`)
  return key
}

/** Signs a text with an Ed25519 key of type `0x01`. @throws LogError `note-syntax` for a text that no note can carry */
export function signNote(
  text: string,
  signer: { key: NoteKey; secret: Uint8Array },
  crypto: Ed25519 = ed25519,
): string {
  if (!isNoteText(text))
    throw new LogError('note-syntax', 'a note text ends in a newline and has no control characters')
  const signature = crypto.sign(encoder.encode(text), signer.secret)
  return `${text}\n${formatSignature({ name: signer.key.name, id: signer.key.id, signature })}`
}

/** `— name base64` and a newline. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  const bytes = new Uint8Array(4 + signature.length)
  for (let i = 0; i < 4; i++) bytes[i] = Number.parseInt(id.slice(i * 2, i * 2 + 2), 16)
  bytes.set(signature, 4)
  return `— ${name} ${toBase64(bytes)}\n`
}

/**
 * Takes a signed note apart without judging its signatures.
 *
 * @throws LogError `note-syntax`
 * Source: c2sp.org/signed-note.
 */
export function parseNote(note: string): Note {
  if (note.length > NOTE_SIZE_MAX) throw new LogError('note-syntax', `a note is at most ${NOTE_SIZE_MAX} characters`)
  const split = note.lastIndexOf('\n\n')
  const text = note.slice(0, split + 1)
  if (split < 0 || !isNoteText(text) || !note.endsWith('\n')) {
    throw new LogError('note-syntax', 'a signed note is a text, an empty line and signature lines')
  }
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > NOTE_SIGNATURES_MAX) {
    throw new LogError('note-syntax', `a note has at most ${NOTE_SIGNATURES_MAX} signatures, not ${lines.length}`)
  }
  return { text, signatures: lines.map(parseSignature) }
}

/**
 * The signatures by known keys, all of them verified. Signatures by unknown keys are ignored, as the format demands.
 *
 * @throws LogError `note-signature` when a known key's signature is wrong, or no known key signed
 */
export function verifyNote(
  note: Note,
  keys: readonly NoteKey[],
  crypto: Ed25519 = ed25519,
): { readonly key: NoteKey; readonly signature: NoteSignature }[] {
  const verified: { key: NoteKey; signature: NoteSignature }[] = []
  for (const signature of note.signatures) {
    const key = keys.find((k) => k.name === signature.name && k.id === signature.id)
    if (!key) continue
    if (!verifySignature(note.text, key, signature.signature, crypto)) {
      throw new LogError('note-signature', `the signature of ${key.name} (key ${key.id}) does not fit the text`, {
        key: key.id,
      })
    }
    verified.push({ key, signature })
  }
  if (verified.length === 0) {
    throw new LogError('note-signature', 'no known key signed the note', {
      known: keys.map((k) => `${k.name}+${k.id}`),
    })
  }
  return verified
}

/** The bytes a cosignature signs. Source: c2sp.org/tlog-cosignature. */
export function cosignedMessage(text: string, timeSeconds: bigint): Uint8Array {
  return encoder.encode(`cosignature/v1\ntime ${timeSeconds}\n${text}`)
}

/** The time of a cosignature, seconds since 1970, or `undefined` when it is not 8 + 64 bytes or out of range. */
export function cosignatureTime(signature: Uint8Array): bigint | undefined {
  if (signature.length !== 72) return undefined
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)
  return time < 1n << 63n ? time : undefined
}

/** A witness's cosignature line for a checkpoint it checked. `key` is of type `0x04`. */
export function cosign(
  text: string,
  signer: { key: NoteKey; secret: Uint8Array },
  timeSeconds: bigint,
  crypto: Ed25519 = ed25519,
): string {
  const signature = new Uint8Array(72)
  new DataView(signature.buffer).setBigUint64(0, timeSeconds)
  signature.set(crypto.sign(cosignedMessage(text, timeSeconds), signer.secret), 8)
  return formatSignature({ name: signer.key.name, id: signer.key.id, signature })
}

const encoder = new TextEncoder()

function verifySignature(text: string, key: NoteKey, signature: Uint8Array, crypto: Ed25519): boolean {
  if (key.type === 0x01) return crypto.verify(signature, encoder.encode(text), key.publicKey)
  const time = cosignatureTime(signature)
  return time !== undefined && crypto.verify(signature.subarray(8), cosignedMessage(text, time), key.publicKey)
}

function parseSignature(line: string): NoteSignature {
  const [, name, base64] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? []
  const bytes = base64 === undefined ? undefined : decodeBase64(base64)
  if (name === undefined || !isKeyName(name) || bytes === undefined || bytes.length < 5) {
    throw new LogError(
      'note-syntax',
      'a signature line is: em dash, blank, key name, blank, base64 of key id and signature',
    )
  }
  return { name, id: toLowerHex(bytes.subarray(0, 4)), signature: bytes.slice(4) }
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text)
  } catch (error) {
    if (error instanceof TextFormError) return undefined
    throw error
  }
}

const isKeyName = (name: string): boolean => name.isWellFormed() && /^[^\s\p{Z}\p{Cc}+]+$/u.test(name)

/** Ends in a newline and has, beside newlines, nothing below U+0020. */
const isNoteText = (text: string): boolean =>
  text.endsWith('\n') && text.isWellFormed() && !/[^\n -\u{10ffff}]/u.test(text)
