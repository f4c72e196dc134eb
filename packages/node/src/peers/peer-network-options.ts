import type { RandomBytes } from '@minipolis/minima'
import type { MessageValue } from '../wire/index.ts'
import type { ChainAccess, ChainSync } from './chain-access.ts'
import type { MaximaHost } from './maxima-host.ts'
import type { P2PSettings } from './p2p-settings.ts'
import type { PeerAddress } from './peer-address.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerMemory } from './peer-memory.ts'
import type { SlotLimits } from './slots.ts'

/** A complete chain with the coins that a wallet asks for. */
export interface CoinService {
  /**
   * @param peers `host:port,host:port`, to be told along with it
   * @returns wire form of the answer; undefined when it is refused
   */
  answer(request: MessageValue<'megaMMRSyncRequest'>, peers: string): Promise<Uint8Array | undefined>
}

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
  /** Serves nodes that start anew; without one they are turned away. */
  readonly coins?: CoinService
  /** Keeps the known peers; without one they are found anew after a start. */
  readonly memory?: PeerMemory
}
