export type {
  BlockPlace,
  ChainAccess,
  ChainSync,
  IbdAnswer,
  PreparedUnit,
  ReceiveOptions,
  Reception,
  SyncResult,
} from './chain-access.ts'
export { RECONNECT_MS } from './dialer.ts'
export { isPongOfOurs } from './greeting.ts'
export { KNOWN_PEERS_MAX } from './known-peers.ts'
export type { MaximaHost, MaximaLink } from './maxima-host.ts'
export { askOnce, ONE_SHOT_MS, type OneShotOptions } from './one-shot.ts'
export { P2P_DEFAULTS, type P2PSettings } from './p2p-settings.ts'
export {
  ADDRESS_LIST_LENGTH_MAX,
  formatAddress,
  isInternal,
  type PeerAddress,
  parseAddress,
  readAddresses,
} from './peer-address.ts'
export type { PeerEvent, PeerInfo } from './peer-event.ts'
export type { PeerMemory } from './peer-memory.ts'
export { PeerNetwork } from './peer-network.ts'
export type { PeerNetworkOptions, PeerNetworkParts } from './peer-network-options.ts'
export { PeersError, type PeersErrorCode } from './peers-error.ts'
export { Session } from './session.ts'
export type { CloseReason, SessionAction } from './session-action.ts'
export { DEFAULT_SLOTS, type SlotLimits } from './slots.ts'
export type { Traffic, TrafficKind } from './traffic.ts'
