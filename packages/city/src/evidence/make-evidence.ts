import { bytesEqual, CoinProof, decodeExact, encode, headerId, TxHeader, toHex } from '@minipolis/minima'
import {
  type AnchorRecord,
  type AnchorStore,
  collectCoin,
  extendHeaders,
  readAnchor,
  readAnchorState,
} from '../anchor/index.ts'
import { canonicalJson, parseCanonicalJson } from '../canonical/index.ts'
import { type Ed25519, ed25519, fromBase64, toBase64, toLowerHex } from '../crypto/index.ts'
import type { BlockRef, Ledger } from '../ledger/ledger.ts'
import {
  formatNoteKey,
  formatSignature,
  LogError,
  type LogStore,
  type MerkleHash,
  merkleHash,
  type NoteKey,
  parseNote,
  proveInclusion,
  type StoredCheckpoint,
  type TreeReader,
  verifyNote,
} from '../log/index.ts'
import { EvidenceError } from './evidence-error.ts'
import {
  type AnchorEvidence,
  type CredentialEntry,
  EVIDENCE_READINGS_MAX,
  EVIDENCE_TYPE,
  type Evidence,
  type EvidencePack,
  type LiveEvidence,
  type LogEvidence,
  type PackHeaderEntry,
  type ReadingEntry,
} from './evidence-schema.ts'
import type { EvidenceSource, SignedPack } from './evidence-source.ts'
import type { ShownCheckpoints } from './shown-checkpoints.ts'

/** Size that a file keeps to by leaving out what another part proves too. */
export const EVIDENCE_SIZE_AIM = 32 * 1024

export interface EvidenceParts {
  readonly source: EvidenceSource
  readonly logStore: Pick<LogStore, 'entries' | 'checkpointAtLeast'>
  readonly reader: TreeReader
  /** The log's note key, and those of witnesses whose cosignatures go into the file. */
  readonly logKey: NoteKey
  readonly witnesses?: readonly NoteKey[]
  /** Without anchors, evidence ends at the checkpoint. */
  readonly anchors?: Pick<AnchorStore, 'covering' | 'newest'>
  /** Without a ledger the header path ends where the anchorer left it, and the live coin is not shown. */
  readonly ledger?: Ledger
  /** Remembers verified checkpoints from one file to the next. */
  readonly shown?: ShownCheckpoints
  readonly hash?: MerkleHash
  readonly ed25519?: Ed25519
}

export interface ReadingRange {
  readonly stream: string
  readonly first: number
  /** Inclusive; `first` by default. */
  readonly last?: number
}

/**
 * Makes the evidence of one or more consecutive readings, as far as they have come.
 *
 * @throws EvidenceError `no-such-reading`, `not-logged`, `too-many`; LogError `log-damaged`
 */
export async function makeEvidence(
  parts: EvidenceParts,
  { stream, first, last = first }: ReadingRange,
): Promise<Evidence> {
  if (last - first >= EVIDENCE_READINGS_MAX) {
    throw new EvidenceError(
      'too-many',
      `evidence takes at most ${EVIDENCE_READINGS_MAX} readings, not ${last - first + 1}`,
    )
  }
  const packs = (await parts.source.packs(stream, first, last)).map((pack) => shown(pack, first, last))
  const end = packs.at(-1)
  if (!end || packs[0]!.from > first || end.to < last) {
    throw new EvidenceError('no-such-reading', `there are no readings ${stream}@${first} to ${last}`, {
      stream,
      first,
      last,
    })
  }
  // What came late stands in the log behind what came before it.
  const needed = Math.max(...packs.map(({ logIndex, from, to }) => logIndex + to - from + 1))
  const anchored = await parts.anchors?.covering(needed)
  const record = anchored && readAnchor(anchored)
  const { size, text } = record ? { size: record.size, text: record.checkpoint } : await unanchored(parts, needed)
  const evidence: Evidence = {
    anchor: record?.proof ? await anchorEvidence(parts, record) : null,
    credentials: distinct(packs.map(({ credential }) => credential)),
    log: logEvidence(parts, text),
    packs: await Promise.all(packs.map((pack) => packEvidence(parts, pack, size))),
    predecessor: await predecessorOf(parts, stream, packs[0]!.header),
    type: EVIDENCE_TYPE,
  }
  return fit(evidence)
}

/** The text of an evidence file: canonical JSON and a newline. */
export const formatEvidence = (evidence: Evidence): string => `${canonicalJson(evidence)}\n`

/** A pack and which of its readings are shown. */
interface ShownPack {
  readonly pack: SignedPack
  readonly header: PackHeaderEntry
  readonly credential: string
  readonly from: number
  readonly to: number
  /** Log index of reading `from`. */
  readonly logIndex: number
}

function shown(pack: SignedPack, first: number, last: number): ShownPack {
  const header = parseCanonicalJson(pack.header) as PackHeaderEntry
  const from = Math.max(first, header.first)
  const to = Math.min(last, header.first + header.count - 1)
  return { pack, header, credential: pack.credential, from, to, logIndex: pack.logFirst + from - header.first }
}

async function packEvidence(
  parts: EvidenceParts,
  { pack, header, from, to, logIndex }: ShownPack,
  size: number,
): Promise<EvidencePack> {
  const count = to - from + 1
  const [leaves, inclusion, entries] = await Promise.all([
    parts.reader.leaves(pack.logFirst, header.count),
    parts.reader.inclusion(logIndex, count, size),
    parts.logStore.entries(logIndex, count),
  ])
  assertLogged(parts, { logIndex, entries, leaves: leaves.slice(from - header.first) })
  return {
    header,
    inclusion: inclusion.map(toLowerHex),
    logIndex,
    path: proveInclusion(parts.hash ?? merkleHash, leaves, from - header.first, count).map(toLowerHex),
    readings: entries.map((entry) => parseCanonicalJson(decoder.decode(entry)) as ReadingEntry),
    signature: toBase64(pack.signature),
  }
}

/** Rows that were changed behind our back must not leave the house as evidence. */
function assertLogged(
  { hash = merkleHash }: EvidenceParts,
  shown: { readonly logIndex: number; readonly entries: readonly Uint8Array[]; readonly leaves: readonly Uint8Array[] },
): void {
  const { logIndex, entries, leaves } = shown
  const broken = entries.findIndex((entry, at) => !bytesEqual(hash.leaf(entry), leaves[at]!))
  if (broken < 0) return
  throw new LogError(
    'log-damaged',
    `the reading of log entry ${logIndex + broken} was changed since it was logged: restore the database from a backup`,
    { logIndex: logIndex + broken },
  )
}

async function predecessorOf(
  { source }: EvidenceParts,
  stream: string,
  { first }: PackHeaderEntry,
): Promise<PackHeaderEntry | null> {
  const header = await source.headerBefore(stream, first)
  return header === undefined ? null : (parseCanonicalJson(header) as PackHeaderEntry)
}

async function unanchored({ logStore }: EvidenceParts, size: number): Promise<StoredCheckpoint> {
  const checkpoint = await logStore.checkpointAtLeast(size)
  if (!checkpoint) {
    throw new EvidenceError(
      'not-logged',
      'the reading is accepted, but no checkpoint covers it yet: ask again in a second or two',
      { size },
    )
  }
  return checkpoint
}

/** The checkpoint with the signatures that the file can show to be right, and no others. */
function logEvidence(parts: EvidenceParts, text: string): LogEvidence {
  const { logKey, witnesses = [], shown, ed25519: crypto = ed25519 } = parts
  const keys = [logKey, ...witnesses]
  const make = (): LogEvidence => verifiedLog(keys, text, crypto)
  return shown === undefined ? make() : shown.take([...keys.map(formatNoteKey), text].join('\n'), make)
}

function verifiedLog(keys: readonly NoteKey[], text: string, crypto: Ed25519): LogEvidence {
  const [logKey] = keys as [NoteKey]
  const note = parseNote(text)
  const verified = verifyNote(note, keys, crypto)
  const signers = new Map(verified.map(({ key, signature }) => [`${key.name}+${key.id}`, { key, signature }]))
  const ofWitnesses = [...signers.values()].filter(({ key }) => key !== logKey)
  const lines = [...signers.values()].map(({ signature }) => formatSignature(signature))
  return {
    checkpoint: `${note.text}\n${lines.join('')}`,
    key: formatNoteKey(logKey),
    witnesses: ofWitnesses.map(({ key }) => formatNoteKey(key)),
  }
}

async function anchorEvidence(parts: EvidenceParts, record: AnchorRecord): Promise<AnchorEvidence> {
  const proof = record.proof!
  const { ledger } = parts
  const tip = await ledger?.tip()
  const headers = (tip && (await extendedTo(ledger!, record, tip))) ?? proof.headers
  const top = blockOf(headers.at(-1)!)
  return {
    block: proof.block,
    coin: proof.coin,
    headers: [...headers],
    live: ledger ? await liveEvidence(parts, ledger, record) : null,
    top,
    transaction: record.posted ? { body: proof.body, txpow: record.posted.txpow } : null,
  }
}

async function extendedTo(
  ledger: Ledger,
  { proof }: AnchorRecord,
  tip: BlockRef,
): Promise<readonly string[] | undefined> {
  const block = await ledger.block({ id: tip.id })
  return block && extendHeaders(ledger, proof!, { id: block.id, header: block.txpow.header })
}

function blockOf(headerText: string): { id: string; number: number } {
  const header = decodeExact(TxHeader, fromBase64(headerText))
  return { id: toHex(headerId(header)), number: Number(header.blockNumber.toString()) }
}

/** Form E1: the live coin as any node can check it now, and that its tree begins with this one. */
async function liveEvidence(
  { anchors, reader }: EvidenceParts,
  ledger: Ledger,
  record: AnchorRecord,
): Promise<LiveEvidence | null> {
  const stored = await anchors!.newest()
  // Mostly the newest anchor is the one that covers the reading; reading its record takes a tenth of the time.
  const newest = stored?.serial === record.serial ? record : stored && readAnchor(stored)
  // While the newest anchor waits for its block, the one it spends is the live one.
  for (const coinId of newest ? [newest.coinId, newest.spends] : []) {
    const coin = await collectCoin(ledger, coinId)
    const block = coin && (await ledger.block({ number: BigInt(coin.block) }))
    if (!coin || !block) continue
    const statement = readAnchorState(decodeExact(CoinProof, fromBase64(coin.proof)).coin.state)
    if (!statement || statement.size < record.size) continue
    return {
      block: { id: block.id, number: coin.block },
      consistency: (await reader.consistency(record.size, statement.size)).map(toLowerHex),
      header: toBase64(encode(TxHeader, block.txpow.header)),
      peaks: coin.peaks,
      proof: coin.proof,
    }
  }
  return null
}

/** Leaves out, in this order, what the rest proves too, until the file is of the size that people like to mail. */
function fit(evidence: Evidence): Evidence {
  const { anchor } = evidence
  if (!anchor || isSmall(evidence)) return evidence
  const withoutLive = { ...evidence, anchor: { ...anchor, live: null } }
  if (isSmall(withoutLive) || !anchor.coin || !anchor.transaction) return withoutLive
  const withoutTransaction = { ...evidence, anchor: { ...anchor, transaction: null } }
  return isSmall(withoutTransaction)
    ? withoutTransaction
    : { ...evidence, anchor: { ...anchor, live: null, transaction: null } }
}

/** The canonical text differs from plain JSON in the order of its members only, so it is as long, and a newline longer. */
const isSmall = (evidence: Evidence): boolean => JSON.stringify(evidence).length < EVIDENCE_SIZE_AIM

const distinct = (credentials: readonly string[]): CredentialEntry[] =>
  [...new Set(credentials)].map((text) => parseCanonicalJson(text) as CredentialEntry)

const decoder = new TextDecoder()
