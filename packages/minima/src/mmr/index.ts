export { bagPeaks, peakToRoot } from './bagging.ts'
export { calculateProof } from './calculate-proof.ts'
export {
  ENTRY_NUMBER_SIZE_MAX,
  EntryNumber,
  entryIndex,
  formatEntryNumber,
  type ScaledEntryNumber,
} from './entry-number.ts'
export { MMR, type MMRArchive } from './mmr.ts'
export { MMRData, mmrDataEqual } from './mmr-data.ts'
export { MMREntry } from './mmr-entry.ts'
export { MMRError, type MMRErrorCode } from './mmr-error.ts'
export { MMRProof, MMRProofChunk } from './mmr-proof.ts'
export { leafNode, parentNode, parentNodePair } from './node-hash.ts'
export { assertPosition, keyPosition, MMR_ENTRIES_MAX, MMR_ROWS, type Position, positionKey } from './position.ts'
export { pruneSpent, pruneUnspendable } from './prune.ts'
export { StoredMMR } from './stored-mmr.ts'
export {
  checkUserProof,
  createUserTree,
  type UserProofCheck,
  type UserTree,
  type UserTreeNode,
  userLeaf,
} from './user-tree.ts'
