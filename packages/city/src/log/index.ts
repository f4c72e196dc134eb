export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
export { Checkpointer, type CheckpointerOptions } from './checkpointer.ts'
export { CompactRange } from './compact-range.ts'
export { damaged } from './damaged.ts'
export { decodeEntryBundle, ENTRY_SIZE_MAX, encodeEntryBundle } from './entry-bundle.ts'
export { exportLog, type LogDirectory } from './export-log.ts'
export { type FsckParts, type FsckResult, fsckLog, type LeafAudit } from './fsck.ts'
export { chained, type Hashes, HashList } from './hash-list.ts'
export { Log, type LogOptions, type LogParts, logKey } from './log.ts'
export { LogError, type LogErrorCode } from './log-error.ts'
export {
  HASH_SIZE,
  LOG_SIZE_MAX,
  type LogBatch,
  type LogState,
  type LogStore,
  type LogTile,
  type LogWriter,
  type StoredCheckpoint,
  TILE_WIDTH,
} from './log-store.ts'
export { createMerkleHash, type MerkleHash, merkleHash } from './merkle-hash.ts'
export { isConsistent, proveInclusion, rootFromInclusion } from './merkle-proof.ts'
export {
  cosign,
  cosignatureTime,
  formatNoteKey,
  formatSignature,
  type Note,
  type NoteKey,
  type NoteSignature,
  noteKey,
  parseNote,
  parseNoteKey,
  signNote,
  verifyNote,
} from './note.ts'
export type { PublishedHead, PublishedMark } from './published-mark.ts'
export { type LogResource, readLogResource } from './resources.ts'
export { formatTilePath, parseTilePath, type TileResource, tileWidth } from './tile-path.ts'
export {
  formatTlogProof,
  INCLUSION_PROOF_MAX,
  makeTlogProof,
  parseTlogProof,
  type TlogProof,
  verifyTlogProof,
} from './tlog-proof.ts'
export { TreeReader } from './tree-reader.ts'
