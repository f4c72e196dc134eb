export type { CoinFilter, Inclusion, MainBlock } from './chain/index.ts'
export { NodeError, type NodeErrorCode, WalletError, type WalletErrorCode } from './errors/index.ts'
export {
  announceNode,
  builtInNetwork,
  type CommandDoor,
  FullNode,
  FullNodeError,
  type FullNodeErrorCode,
  type FullNodeOptions,
  type FullNodeParts,
  findNode,
  inspectNodeFolder,
  isNetworkName,
  type NetworkDefinition,
  type NodeFolder,
  networkOptions,
  openNodeFolder,
  parseNetworkFile,
  type RunningNode,
  readNetwork,
  withdrawNode,
} from './full-node/index.ts'
export { loadLater } from './load-later.ts'
export {
  type Contact,
  type Content,
  createMaximaStore,
  type Delivery,
  type DeliveryStatus,
  formatMaximaAddress,
  Maxima,
  MaximaError,
  type MaximaErrorCode,
  type MaximaEvent,
  type MaximaHost,
  type MaximaListener,
  type MaximaOptions,
  type MaximaParts,
  type MaximaTarget,
  type Outcome,
  type PostOptions,
  parseMaximaAddress,
  RECEIPT_APPLICATION,
  type ReceivedMessage,
} from './maxima/index.ts'
export type { AutomineMode } from './miner/index.ts'
export type { BlockRef, NodeEvent, NodeListener } from './node/events.ts'
export { BLOCKS_MAX, MinimaNode } from './node/node.ts'
export type { NodeOptions, NodeParts } from './node/options.ts'
export type { NodeStatus } from './node/status.ts'
export type { Submission } from './node/submit.ts'
export {
  ADDRESS_LIST_LENGTH_MAX,
  askOnce,
  formatAddress,
  P2P_DEFAULTS,
  type P2PSettings,
  type PeerAddress,
  type PeerEvent,
  type PeerInfo,
  PeerNetwork,
  type PeerNetworkOptions,
  PeersError,
  type PeersErrorCode,
  parseAddress,
  readAddresses,
} from './peers/index.ts'
export {
  builtInCommand,
  type Command,
  type CommandLoaders,
  loadersOf,
  RpcError,
  RpcService,
  type RpcServiceOptions,
} from './rpc/index.ts'
export {
  NodePeers,
  type NodePeersOptions,
  type NodePeersParts,
  type SyncProgress,
} from './sync/index.ts'
export { collectGarbage } from './threads/index.ts'
export type { OutputDraft, TokenDraft, TransactionDraft } from './wallet/index.ts'
