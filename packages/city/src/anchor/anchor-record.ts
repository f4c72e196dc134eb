import { encode, TxPoW, toHex, transactionId } from '@minipolis/minima'
import { canonicalJson, parseCanonicalJson } from '../canonical/index.ts'
import { toBase64 } from '../crypto/index.ts'
import type { Hex } from '../ledger/ledger.ts'
import { AnchorError } from './anchor-error.ts'
import type { AnchorState, StoredAnchor } from './anchor-store.ts'

/** A block by number and id. */
export interface AnchoredBlock {
  readonly number: number
  readonly id: Hex
}

/** The anchor coin in the coin tree of a block: form E2 of the anchoring notes. */
export interface CoinEvidence {
  /** Base64 of the coin proof, as `coinexport` gives it. */
  readonly proof: string
  /** Base64 of the list of peaks (hash and value each) after the block, highest row first. */
  readonly peaks: string
  /** Number of the block; it stands on the header path. */
  readonly block: number
}

/** What was collected when a block confirmed the anchor, and what extends it since. */
export interface AnchorProof {
  readonly block: AnchoredBlock
  /** Base64 of the block's body when it lists the anchor's TxPoW; `null` when the anchor is the block's own transaction. */
  readonly body: string | null
  readonly coin: CoinEvidence | null
  /** Base64 headers from the block on, oldest first; each later one names the one before as a super parent. */
  readonly headers: readonly string[]
}

/** The unit that carries an anchor's transaction. */
export interface PostedUnit {
  readonly transactionId: Hex
  readonly txpowId: Hex
  /** Base64 of its bytes. */
  readonly txpow: string
}

export const postedUnit = (txpowId: Hex, txpow: TxPoW): PostedUnit => ({
  transactionId: toHex(transactionId(txpow.body!.transaction)),
  txpowId,
  txpow: toBase64(encode(TxPoW, txpow)),
})

/** All that is known of one anchor. */
export interface AnchorRecord {
  readonly serial: number
  readonly state: AnchorState
  readonly size: number
  /** The checkpoint it anchors, as a signed note. */
  readonly checkpoint: string
  /** The coin it spends. */
  readonly spends: Hex
  /** The coin it makes. */
  readonly coinId: Hex
  /** When it was decided, milliseconds since 1970. */
  readonly madeMs: number
  /** Tip when it was decided or last posted. */
  readonly since: number
  /** The key that signs it. */
  readonly publicKey: Hex
  /** The key that will sign the next. */
  readonly nextKey: Hex
  /** What was posted last; `null` while nobody knows. */
  readonly posted: PostedUnit | null
  readonly proof: AnchorProof | null
}

export function storeAnchor(record: AnchorRecord, due: number | null): StoredAnchor {
  const { serial, size, state } = record
  return { serial, size, state, due, text: canonicalJson(record) }
}

/** @throws AnchorError `anchor-record` when the text is not what `storeAnchor` wrote */
export function readAnchor(stored: StoredAnchor): AnchorRecord {
  let record: unknown
  try {
    record = parseCanonicalJson(stored.text)
  } catch (cause) {
    throw new AnchorError(
      'anchor-record',
      `the record of anchor ${stored.serial} is damaged`,
      { serial: stored.serial },
      { cause },
    )
  }
  const read = record as AnchorRecord
  if (read?.serial !== stored.serial || read.size !== stored.size) {
    throw new AnchorError('anchor-record', `the record of anchor ${stored.serial} is that of another`, {
      serial: stored.serial,
    })
  }
  return read
}
