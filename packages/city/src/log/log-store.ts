/** Hashes of one full tile. Source: c2sp.org/tlog-tiles. */
export const TILE_WIDTH = 256

/** Bytes of one hash (SHA-256). */
export const HASH_SIZE = 32

/** Most leaves one log takes; far below what a `number` holds exactly. */
export const LOG_SIZE_MAX = 2 ** 48

/**
 * One tile as the store keeps it: `width × 32` bytes, width 1 to 256, hash `i` being that of the complete subtree over
 * leaves `(index × 256 + i) × 256^level` and the following `256^level - 1`. Level 0 holds leaf hashes. Only the rightmost
 * tile of a level may be partial; it is replaced, longer, by later batches and never changes its prefix.
 */
export interface LogTile {
  readonly level: number
  readonly index: number
  readonly hashes: Uint8Array
}

/** What one group commit adds to the log. Made by `Log.plan`, written by the store beside the readings. */
export interface LogBatch {
  /** Size of the tree before: the log index of the first new leaf. */
  readonly first: number
  /** Size of the tree after. */
  readonly size: number
  /** Root hash at `size`, 32 bytes. */
  readonly root: Uint8Array
  /** Every tile the batch touched, complete as of `size`: insert or replace. */
  readonly tiles: readonly LogTile[]
}

/** The durable end of the log. */
export interface LogState {
  readonly size: number
  readonly root: Uint8Array
}

/** One signed checkpoint. */
export interface StoredCheckpoint {
  readonly size: number
  readonly root: Uint8Array
  /** The signed note, UTF-8. */
  readonly text: string
  /** When it was signed, milliseconds since 1970. */
  readonly timeMs: number
}

/**
 * Writes the log inside a transaction of the store, so that readings, leaves, tiles and tree head become durable together or
 * not at all.
 */
export interface LogWriter {
  /**
   * Sets the tree head from `batch.first` to `batch.size` and upserts the tiles.
   *
   * @throws LogError `log-moved` when the durable size is not `batch.first` (another writer was faster): the whole
   *   transaction must roll back; the caller then calls `Log.reload` and plans anew.
   */
  append(batch: LogBatch): Promise<void>
}

/**
 * What one log (one origin) needs of a store to be read. Entry bytes are not stored: the store rebuilds them from its reading
 * rows (`readingEntry`), whose log indices are dense from 0, and the leaves of one pack are consecutive.
 */
export interface LogStore {
  /** `{ size: 0, root: SHA-256('') }` for a new log. */
  state(): Promise<LogState>
  /** Hashes of a tile as stored (maybe wider than a caller with an older checkpoint needs); `undefined` when absent. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>
  /** Several tiles at once, in the order asked. */
  tiles(keys: readonly { readonly level: number; readonly index: number }[]): Promise<(Uint8Array | undefined)[]>
  /** Entry bytes of leaves `first … first + count - 1`, `count` at most 4,096; fewer when the log ends earlier. */
  entries(first: number, count: number): Promise<Uint8Array[]>
  /** The newest checkpoint, or `undefined`. */
  newestCheckpoint(): Promise<StoredCheckpoint | undefined>
  /** The newest checkpoint whose size is at most `size`, or `undefined`. */
  checkpointAtMost(size: number): Promise<StoredCheckpoint | undefined>
  /** The oldest checkpoint kept whose size is at least `size`, or `undefined`. */
  checkpointAtLeast(size: number): Promise<StoredCheckpoint | undefined>
  /** Keeps a checkpoint, durable before it resolves. A store may thin out checkpoints that no anchor names. */
  putCheckpoint(checkpoint: StoredCheckpoint): Promise<void>
}
