import type { Hex } from '../ledger/ledger.ts'

/** How far an anchor has come. */
export type AnchorState =
  /** Decided and durable, perhaps posted: after a cut nobody knows. */
  | 'intended'
  /** Posted; its transaction is on no block yet, or no more. */
  | 'posted'
  /** In a block, with everything collected that proves it. */
  | 'confirmed'
  /** So deep that a re-organisation is out of the question. */
  | 'buried'
  /** The header path ends at a block that every node will remember for decades: nothing more to collect. */
  | 'sealed'

/** One anchor as it is kept: a few facts to search by, and the whole record as text. */
export interface StoredAnchor {
  /** 1 for a log's first anchor, then one more each time. */
  readonly serial: number
  /** Tree size that it anchors. */
  readonly size: number
  readonly state: AnchorState
  /** The block at whose arrival to look at this anchor again; `null` when sealed. */
  readonly due: number | null
  /** Canonical JSON of the `AnchorRecord`, 10 to 60 KB. */
  readonly text: string
}

/** Where a log's chain of anchors starts. */
export interface AnchorFounding {
  /** The coin that the first anchor spends. */
  readonly coinId: Hex
  /** Public key that signs the first anchor. */
  readonly publicKey: Hex
  /** Script of the anchor coins. */
  readonly script: string
  readonly address: Hex
}

/** What the anchorer of one log remembers. Every write is durable before it resolves. */
export interface AnchorStore {
  founding(): Promise<AnchorFounding | undefined>
  /** `undefined` forgets a founding coin that a re-organisation took away before anything was anchored. */
  putFounding(founding: AnchorFounding | undefined): Promise<void>
  /** Inserts, or replaces the anchor of the same serial. */
  put(anchor: StoredAnchor): Promise<void>
  get(serial: number): Promise<StoredAnchor | undefined>
  /** The anchor with the greatest serial. */
  newest(): Promise<StoredAnchor | undefined>
  /** The oldest anchor in state `confirmed`, `buried` or `sealed` whose tree size is at least `size`. */
  covering(size: number): Promise<StoredAnchor | undefined>
  /** Anchors that are due at this block, lowest serial first, at most `limit`. */
  due(block: number, limit: number): Promise<StoredAnchor[]>
  /** Anchors of greatest serial first, beginning below `before` (or at the newest), at most `limit`. */
  list(limit: number, before?: number): Promise<StoredAnchor[]>
  /** A small fact of the anchorer's, such as the day of the last stay coin. */
  note(name: string): Promise<string | undefined>
  putNote(name: string, value: string): Promise<void>
}
