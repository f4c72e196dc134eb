import { canonicalBytes } from '../canonical/index.ts'
import { type Ed25519, fromBase64, fromLowerHex, keyId, sha256, toLowerHex } from '../crypto/index.ts'
import { isCredentialSigned } from '../identity/index.ts'
import { merkleHash, rootFromInclusion } from '../log/index.ts'
import { EvidenceError } from './evidence-error.ts'
import type { CredentialEntry, Evidence, EvidencePack, PackHeaderEntry } from './evidence-schema.ts'
import type { EvidenceTrust, Gap } from './verdict.ts'

/** Ends a check: the link does not hold, for this reason. */
export const broken = (reason: string): EvidenceError => new EvidenceError('broken', reason)

/** SHA-256 of the header: what the next pack calls `previous`. */
export const packId = (header: PackHeaderEntry): string => toLowerHex(sha256(canonicalBytes(header)))

/** Leaf hashes of a pack's shown readings, the same in the pack's tree and in the log's. */
export const readingLeaves = (pack: EvidencePack): Uint8Array[] =>
  pack.readings.map((reading) => merkleHash.leaf(canonicalBytes(reading)))

/** Every pack's key is certified for the times of its readings. */
export function checkCredentials({ credentials, packs }: Evidence, trust: EvidenceTrust, ed25519: Ed25519): string {
  const byKey = new Map<string, CredentialEntry>()
  for (const credential of credentials) {
    const id = keyId(fromLowerHex(credential.publicKey))
    if (byKey.has(id)) throw broken(`the key ${id} has two credentials`)
    if (!isCredentialSigned(credential, ed25519)) {
      throw broken(
        `the credential of ${credential.device} is not signed by the authority ${credential.authority.slice(0, 16)}…`,
      )
    }
    if (trust.authorityKeys && !trust.authorityKeys.includes(credential.authority)) {
      throw broken(
        `the credential of ${credential.device} is by the authority ${credential.authority}, which is not trusted`,
      )
    }
    byKey.set(id, credential)
  }
  const used = new Set<string>()
  for (const { header, readings } of packs) {
    const credential = byKey.get(header.key)
    if (!credential) throw broken(`there is no credential of the key ${header.key}`)
    used.add(header.key)
    if (credential.device !== header.device)
      throw broken(`the key ${header.key} is that of ${credential.device}, not of ${header.device}`)
    for (const { sequence, time } of readings) {
      if (time < credential.notBefore || (credential.notAfter !== null && time >= credential.notAfter)) {
        throw broken(`reading ${sequence} is of ${time}, when the key ${header.key} was not valid`)
      }
    }
  }
  if (used.size !== byKey.size) throw broken('a credential belongs to no pack')
  const [{ device, authority }] = credentials as [CredentialEntry]
  return `the authority ${authority.slice(0, 16)}… certified the key of ${device}${trust.authorityKeys ? ', and is trusted' : ''}`
}

/** Every pack is signed with its key. */
export function checkSignatures({ credentials, packs }: Evidence, ed25519: Ed25519): string {
  const keys = new Map(credentials.map(({ publicKey }) => [keyId(fromLowerHex(publicKey)), fromLowerHex(publicKey)]))
  for (const { header, signature } of packs) {
    const key = keys.get(header.key)
    if (!key || !ed25519.verify(fromBase64(signature, 64), canonicalBytes(header), key)) {
      throw broken(`the signature over readings ${header.first} to ${lastOf(header)} is not by the key ${header.key}`)
    }
  }
  return `signed by the device's key ${packs[0]!.header.key}`
}

/** The shown readings are those of their pack, at their places. */
export function checkReadings({ packs }: Evidence): string {
  for (const pack of packs) {
    const { header, readings } = pack
    const from = readings[0]!.sequence
    for (const [i, reading] of readings.entries()) {
      if (reading.stream !== header.stream)
        throw broken(`reading ${reading.sequence} is of another stream than its pack`)
      if (reading.sequence !== from + i) throw broken(`reading ${reading.sequence} is out of order`)
      if (reading.value === null && reading.commitment === undefined) {
        throw broken(`reading ${reading.sequence} has neither a value nor a commitment`)
      }
    }
    const at = { first: from - header.first, leaves: readingLeaves(pack), size: header.count }
    const root = rootFromInclusion(
      merkleHash,
      at,
      pack.path.map((text) => fromLowerHex(text)),
    )
    if (!root || toLowerHex(root) !== header.root) {
      throw broken(`readings ${from} to ${from + readings.length - 1} are not those that the device signed`)
    }
  }
  return 'the readings are those that the device signed'
}

/**
 * The packs follow each other, and the first one the predecessor that is shown. A pack that names another predecessor than
 * the one shown must leave room for it: what stood there was lost on the way or left out, and `gapsOf` names it.
 */
export function checkOrder({ packs, predecessor }: Evidence): string {
  let before = predecessor
  for (const { header } of packs) {
    const begins = header.previous === null
    if (begins !== (header.first === 1) || (begins && before !== null)) {
      throw broken(`the pack from ${header.first} on does not begin the stream, or is not the first`)
    }
    const held = before ? lastOf(before) : 0
    const follows = before === null ? begins : packId(before) === header.previous
    if (before && (before.stream !== header.stream || held >= header.first)) {
      throw broken(`the pack from ${header.first} on does not follow the one before it`)
    }
    if (!follows && held + 1 >= header.first) {
      throw broken(`the pack from ${header.first} on names another pack before it than the one shown`)
    }
    before = header
  }
  return predecessor ? `follows readings up to ${lastOf(predecessor)}` : 'no pack is known before it'
}

/** Sequence numbers that no shown reading has, from right after the predecessor to the last reading shown. */
export function gapsOf({ packs, predecessor }: Evidence): Gap[] {
  const gaps: Gap[] = []
  const first = packs[0]!
  const start = first.readings[0]!.sequence
  // What the device signed before the first reading shown may be left out; what it never signed is a gap.
  const signedBefore = predecessor ? lastOf(predecessor) : 0
  if (first.header.first > signedBefore + 1) gaps.push({ from: signedBefore + 1, to: first.header.first - 1 })
  let next = start
  for (const { readings } of packs) {
    const from = readings[0]!.sequence
    if (from > next) gaps.push({ from: next, to: from - 1 })
    next = from + readings.length
  }
  return gaps
}

const lastOf = (header: PackHeaderEntry): number => header.first + header.count - 1
