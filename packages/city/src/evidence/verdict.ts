import type { ReadingEntry } from './evidence-schema.ts'

/**
 * The links of the chain from reading to block, in order:
 *
 * - `file`: the file has the form of evidence, and is exactly as it was written
 * - `credential`: the authority certified the device's key for the time of the readings
 * - `signature`: the device's key signed the pack
 * - `pack`: the readings belong to the pack
 * - `predecessor`: the pack follows the one that is shown before it, or leaves room for the packs that are missing between
 * - `checkpoint`: the log's key signed the checkpoint (and every witness shown)
 * - `log`: the readings stand in the log that the checkpoint names
 * - `anchor`: a transaction or coin on the chain names that checkpoint
 * - `transaction`: the anchor's transaction is in the block
 * - `coin`: the anchor's coin is in the coin tree of a block on the path
 * - `headers`: the block leads, by proof of work, to the block at the end of the path
 * - `live`: the log's live anchor coin names a tree that begins with this one
 */
export type LinkName =
  | 'file'
  | 'credential'
  | 'signature'
  | 'pack'
  | 'predecessor'
  | 'checkpoint'
  | 'log'
  | 'anchor'
  | 'transaction'
  | 'coin'
  | 'headers'
  | 'live'

export interface Link {
  readonly name: LinkName
  readonly ok: boolean
  /** One sentence: what holds, or what does not. */
  readonly detail: string
}

/** Sequence numbers that are not shown, both ends included. */
export interface Gap {
  readonly from: number
  readonly to: number
}

export interface EvidenceBlock {
  readonly number: number
  readonly id: string
}

/** A reading with the unit of its pack, UCUM. */
export type ProvenReading = ReadingEntry & { readonly unit: string }

export interface EvidenceVerdict {
  /** Nothing in the file was altered and every link holds. */
  readonly intact: boolean
  /** Between the first and the last reading, and right before the first, the device made no reading that is not shown. */
  readonly complete: boolean
  /** What is missing where `complete` is false. */
  readonly gaps: readonly Gap[]
  /** How far the readings have come: in a signed checkpoint, or on the chain. Absent when the file cannot be read. */
  readonly state?: 'logged' | 'anchored'
  /** Only to be believed when `intact`. */
  readonly readings: readonly ProvenReading[]
  /** The log's origin line. */
  readonly log?: string
  /** Address of the log's line of anchors: a log that tells one story has one. */
  readonly address?: string
  /** The block that confirmed the anchor. */
  readonly block?: EvidenceBlock
  readonly time: {
    /** The readings entered the log after this block: the anchor before did not hold them. */
    readonly afterBlock?: number
    /** They were in the log at this time: the header time of `block`, UTC. Headers may be off by hours; see the format. */
    readonly notAfter?: string
  }
  /** Blocks from `block` to the end of the path. */
  readonly depth?: number
  /** Sum of the work of the path's headers, in hashes; plain decimal. */
  readonly difficulty?: string
  /** The end of the path: what the file says, it says as of then. */
  readonly asOf?: EvidenceBlock & { readonly time: string }
  readonly links: readonly Link[]
}

/** What the checker knows beforehand. Without it the file is checked in itself, and the keys it names are reported. */
export interface EvidenceTrust {
  /** Verifier keys (`name+id+base64`) of logs that count. */
  readonly logKeys?: readonly string[]
  /** Ed25519 public keys of authorities that count, 64 lower-case hex digits. */
  readonly authorityKeys?: readonly string[]
  /** Addresses of the lines of anchors that count, as the chain prints them. */
  readonly anchorAddresses?: readonly string[]
  /** Says whether a block is on the chain the checker believes in: a node's cascade listing; `undefined` when it cannot tell. */
  readonly isOnChain?: (block: EvidenceBlock) => boolean | undefined
}
