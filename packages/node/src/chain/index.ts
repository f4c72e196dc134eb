export {
  acceptDownload,
  adoptCascade,
  type DownloadContext,
  type DownloadResult,
  FIRST_SYNC_MS,
  isFresh,
  isHeavierElsewhere,
  type TakenBlock,
  takeBlock,
  weighChain,
} from './accept-download.ts'
export { type BlockNode, createBlockNode } from './block-node.ts'
export { BlockTree, type Pruned } from './block-tree.ts'
export { type CascadeHeader, CascadeHeaders } from './cascade-headers.ts'
export { ARCHIVE_BLOCKS_MAX, Chain, type ChainParts, type Receipt, TXPOW_LIFE_MS } from './chain.ts'
export { type ChainChange, changeBetween } from './chain-change.ts'
export { type CoinFilter, CoinIndex } from './coin-index.ts'
export { exportCoin, proveInputs } from './coin-proofs.ts'
export {
  ARCHIVE_ANSWER_BLOCKS,
  ARCHIVE_BLOCKS_SENT_MAX,
  answerPeer,
  archiveBelow,
  archiveFrom,
  completeDownload,
  type DownloadAnswer,
  type PeerChain,
} from './download.ts'
export { type CoinVerdict, judgeCoin } from './judge-coin.ts'
export { type KnownTxPoWs, knownTxPoWs } from './known-txpows.ts'
export { type Inclusion, type MainBlock, MainBranch } from './main-branch.ts'
export { hasMinedBody } from './mined-body.ts'
export { type OlderCoinsOptions, olderCoins } from './older-coins.ts'
export { type Interests, isRelevantCoin, isRelevantTxPoW } from './relevance.ts'
