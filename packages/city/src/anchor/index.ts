export {
  ANCHOR_AMOUNT,
  ANCHOR_SCHEMA,
  type AnchorStatement,
  addressOf,
  anchorCoinId,
  anchorKeyPurpose,
  anchorScript,
  anchorState,
  checkpointHash,
  foundingScript,
  logId,
  readAnchorState,
  successorCoinId,
} from './anchor-contract.ts'
export { AnchorError, type AnchorErrorCode } from './anchor-error.ts'
export { type AnchorProof, type AnchorRecord, type CoinEvidence, readAnchor, storeAnchor } from './anchor-record.ts'
export type { AnchorFounding, AnchorState, AnchorStore, StoredAnchor } from './anchor-store.ts'
export { Anchorer, type AnchorerOptions, type AnchorerParts } from './anchorer.ts'
export { collectCoin, extendHeaders, Peaks } from './collect.ts'
export { type HeaderLookup, headerPath } from './header-path.ts'
export {
  STAY_SCHEMA,
  StayKeeper,
  type StayKeeperParts,
  type StayLog,
  stayLeaf,
  stayNote,
  stayScript,
  stayState,
  stayTree,
} from './stay.ts'
