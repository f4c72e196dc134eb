import type { RandomBytes } from '@minipolis/minima'
import type { ChainAccess, ChainSync } from './chain-access.ts'
import type { MaximaHost } from './maxima-host.ts'
import type { P2PSettings } from './p2p-layer.ts'
import type { PeerAddress } from './peer-address.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerMemory } from './peer-memory.ts'
import type { SlotLimits } from './slots.ts'

export interface PeerNetworkOptions {
  /** TCP port to listen at; 0 for one that is free, undefined to accept nobody. */
  readonly port?: number
  /** Address to listen on; all of IPv4 by default. `::` listens on all of IPv4 and IPv6. */
  readonly bind?: string
  /** Where others reach this node, when that is not the address they see. */
  readonly host?: string
  /** Peers that are kept connected. */
  readonly connect?: readonly PeerAddress[]
  readonly slots?: SlotLimits
  readonly reconnectMs?: number
  /** Finds further peers when given. */
  readonly p2p?: P2PSettings
  /** Bytes of the largest chain download. */
  readonly ibdBytesMax?: number
  readonly heldBytesMax?: number
}

export interface PeerNetworkParts {
  readonly chain: ChainAccess
  readonly sync: ChainSync
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: RandomBytes
  readonly told?: (event: PeerEvent) => void
  /** The messaging layer; without one, messages are only handed on to connected clients. */
  readonly maxima?: MaximaHost
  /** Keeps the known peers; without one they are found anew after a start. */
  readonly memory?: PeerMemory
}
