import type { Generated } from 'kysely'

/** Facts about the database itself: what it belongs to and which schema it has. */
export interface MetaTable {
  name: string
  value: string
}

/** A device or gateway that may sign packs. */
export interface DeviceTable {
  id: string
  label: string | null
  enrolled_ms: number
}

/** A key of a device, as the city's authority certified it. */
export interface CredentialTable {
  /** First 16 hex digits of SHA-256 of the public key. */
  key_id: string
  device: string
  /** 32 bytes, Ed25519. */
  public_key: Uint8Array
  not_before_ms: number
  /** Exclusive; `null` when the end is open. */
  not_after_ms: number | null
  revoked_ms: number | null
  revoked_reason: string | null
  /** Canonical JSON of the credential, signature included. */
  text: string
}

export interface StreamTable {
  no: Generated<number>
  id: string
  /** The device whose credentials sign this stream. */
  device: string
  /** UCUM code. */
  unit: string
  /** `number` or `text`. */
  kind: string
  /** IANA zone of times received without offset, when the stream has one. */
  zone: string | null
  label: string | null
  /** 1 when readings may be of any age (imports of history). */
  history: number
  /** 1 when values are personal and only commitments are logged. */
  personal: number
  /** JSON object: place, site, what else the city knows. */
  properties: string
  created_ms: number
}

/** Where each stream stands; follows from its packs. */
export interface StreamHeadTable {
  stream_no: number
  /** Accepted so far. Fewer than `last_sequence` when some are missing. */
  readings: number
  last_sequence: number
  /** Its leaf in the log. */
  last_index: number
  /** 32 bytes: id of the pack that ends at `last_sequence`. */
  last_pack: Uint8Array
  first_time_ms: number
  last_time_ms: number
}

/** Accepted packs. The readings of a pack are leaves `log_first … log_first + count - 1` of the log. */
export interface PackTable {
  log_first: number
  stream_no: number
  /** Sequence of the first reading. */
  first: number
  count: number
  /** 32 bytes, SHA-256 of `header`. */
  id: Uint8Array
  /** Canonical JSON, as signed. */
  header: string
  /** 64 bytes. */
  signature: Uint8Array
  received_ms: number
}

/** One reading, keyed by its position in the log: rows are only ever appended at the end. */
export interface ReadingTable {
  log_index: number
  stream_no: number
  sequence: number
  time_ms: number
  /** As received; `null` only with `commitment`. */
  value: string | null
  quality: string | null
  received_time: string | null
  received_zone: string | null
  note: string | null
  /** Hex of SHA-256(salt ‖ value) in personal streams. */
  commitment: string | null
}

/** Durable end of the log: one row. */
export interface LogHeadTable {
  no: number
  size: number
  root: Uint8Array
}

export interface TileTable {
  level: number
  position: number
  /** 1 to 256 hashes of 32 bytes. */
  hashes: Uint8Array
}

export interface CheckpointTable {
  size: number
  root: Uint8Array
  text: string
  time_ms: number
}

/** Anchors of the log on chain. */
export interface AnchorTable {
  /** 1 for the first, then one more each time. */
  serial: number
  /** Tree size that it anchors. */
  size: number
  state: string
  /** Block at whose arrival to look again; `null` when there is nothing more to do. */
  due: number | null
  /** Canonical JSON of the whole record. */
  text: string
}

/** Small facts of the anchorer's. */
export interface AnchorNoteTable {
  name: string
  value: string
}

/** What the intake refused, with the reason. */
export interface QuarantineTable {
  no: Generated<number>
  time_ms: number
  code: string
  detail: string
  door: string
  device: string | null
  stream: string | null
  /** Bytes of the refused message, before the cut. */
  size: number
  /** The message, cut to a limit. */
  payload: Uint8Array
}

/** Everything the city keeps off-chain. */
export interface Tables {
  meta: MetaTable
  device: DeviceTable
  credential: CredentialTable
  stream: StreamTable
  stream_head: StreamHeadTable
  pack: PackTable
  reading: ReadingTable
  log_head: LogHeadTable
  tile: TileTable
  checkpoint: CheckpointTable
  anchor: AnchorTable
  anchor_note: AnchorNoteTable
  quarantine: QuarantineTable
}
