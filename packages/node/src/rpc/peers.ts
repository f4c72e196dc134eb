import type { PeerAddress } from '../peers/index.ts'

/** A connection as `network` lists it. */
export interface PeerInfo {
  readonly welcome: string
  readonly uid: string
  readonly incoming: boolean
  readonly host: string
  readonly port: number
  readonly minimaPort: number
  readonly isConnected: boolean
  readonly isValid: boolean
  /** Milliseconds since 1970. */
  readonly connectedMs: number
}

/** What a node says about itself to whoever asks. */
export interface PingAnswer {
  readonly version: string
  readonly welcome: string
  readonly topBlock: string
  readonly topHash: string
  readonly block50: string
  readonly hash50: string
  readonly connections: { readonly total: number; readonly incoming: number; readonly outgoing: number }
  readonly peersList: readonly string[]
  readonly clients: number
}

export interface Traffic {
  readonly sinceMs: number
  /** Bytes, in all and by kind of message. */
  readonly read: ReadonlyMap<string, number>
  readonly written: ReadonlyMap<string, number>
}

/** What the commands need of the peer-to-peer part. */
export interface Peers {
  readonly host: string
  readonly hostIsSet: boolean
  readonly port: number
  readonly discovers: boolean
  list(): readonly PeerInfo[]
  /** Connections under way. */
  connecting(): number
  /** Addresses of nodes that answered on our chain, `host:port`. */
  known(): readonly string[]
  /** Starts to connect; the outcome shows in the list. */
  connect(address: PeerAddress): void
  /** @param uid one connection, or `all` */
  disconnect(uid: string): void
  /** Asks a node without staying connected. `undefined` when it does not answer as a node. */
  ping(address: PeerAddress): Promise<PingAnswer | undefined>
  /** Sends a text to one peer or to all. */
  message(text: string, uid: string | undefined): void
  /** Takes addresses to find peers at; each is probed before it is used. */
  addKnown(addresses: readonly PeerAddress[]): void
  /** Probes all known nodes again. */
  checkKnown(): void
  traffic(): Traffic
  resetTraffic(): void
  /** Drops all connections and connects anew. */
  restart(): void
}

/** The peers of a node that has no peer-to-peer part. */
export const NO_PEERS: Peers = {
  host: '127.0.0.1',
  hostIsSet: false,
  port: 0,
  discovers: false,
  list: () => [],
  connecting: () => 0,
  known: () => [],
  connect: () => undefined,
  disconnect: () => undefined,
  ping: async () => undefined,
  message: () => undefined,
  addKnown: () => undefined,
  checkKnown: () => undefined,
  traffic: () => ({ sinceMs: 0, read: new Map(), written: new Map() }),
  resetTraffic: () => undefined,
  restart: () => undefined,
}
