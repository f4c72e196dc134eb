import { type JsonObject, type JsonValue, MinipolisError } from '@minipolis/minima'
import {
  askOnce,
  formatAddress,
  type PeerAddress,
  type PeerNetwork,
  type PeerInfo as Row,
  type TrafficKind,
} from '../peers/index.ts'
import { decodeMessage } from '../wire/index.ts'
import type { PeerInfo, Peers, PingAnswer } from './peers.ts'
import { TRAFFIC_NAMES } from './traffic-names.ts'

/** Bytes of an answer to a ping. */
const PONG_BYTES_MAX = 64 * 1024
/** Peers of an answer that are shown. */
const PONG_PEERS_MAX = 1000
const PING_DATA = Uint8Array.of(0x00)
const LOOPBACK = '127.0.0.1'

export interface NetworkPeersParts {
  readonly network: PeerNetwork
  /** What peers greet this network with. */
  readonly version: string
  readonly now: () => number
  /** Where others reach this node, when that was set. */
  readonly host?: string
  readonly discovers: boolean
}

/** The node's connections as the commands see them. */
export function networkPeers({ network, version, now, host, discovers }: NetworkPeersParts): Peers {
  const find = (uid: string): Row[] => network.peers().filter(({ id }) => uid === 'all' || String(id) === uid)
  return {
    // What peers see is asked again for every look: it is found out some time after the start.
    get host() {
      return host ?? network.ownHost ?? LOOPBACK
    },
    hostIsSet: host !== undefined,
    port: network.port,
    discovers,
    list: () => network.peers().map((row) => peerInfo(row, version)),
    connecting: () => network.peers().filter(({ isGreeted }) => !isGreeted).length,
    known: () => network.knownPeers().map(formatAddress),
    connect: (address) => network.connect(address),
    disconnect: (uid) => {
      for (const { id } of find(uid)) network.disconnect(id)
    },
    ping,
    message: (text, uid) => {
      if (uid === undefined || uid === 'all') network.say(text)
      else for (const { id } of find(uid)) network.say(text, id)
    },
    addKnown: (addresses) => network.addPeers(addresses),
    checkKnown: () => network.checkPeers(),
    traffic: () => ({
      sinceMs: network.traffic.sinceMs,
      read: named(network.traffic.read),
      written: named(network.traffic.written),
    }),
    resetTraffic: () => network.traffic.reset(now()),
    restart: () => network.restart(),
  }
}

const named = (bytes: ReadonlyMap<TrafficKind, number>): ReadonlyMap<string, number> =>
  new Map([...bytes].map(([kind, count]) => [TRAFFIC_NAMES[kind], count]))

function peerInfo({ id, ip, direction, address, isGreeted, sinceMs }: Row, version: string): PeerInfo {
  const port = Number(address?.slice(address.lastIndexOf(':') + 1) ?? 0)
  return {
    welcome: `Minima v${version}`,
    uid: String(id),
    incoming: direction === 'incoming',
    host: ip,
    port,
    minimaPort: port,
    isConnected: true,
    isValid: isGreeted,
    connectedMs: sinceMs,
  }
}

async function ping(address: PeerAddress): Promise<PingAnswer | undefined> {
  try {
    const question = { name: 'singlePing', value: PING_DATA } as const
    const message = decodeMessage(await askOnce(address, { question, answer: 'singlePong', bytesMax: PONG_BYTES_MAX }))
    if (message.name !== 'singlePong' || message.value.extra === null) return undefined
    const { version, extra } = message.value
    const counts = objectAt(extra, 'connections')
    return {
      version,
      welcome: textAt(extra, 'welcome'),
      topBlock: textAt(extra, 'topblock'),
      topHash: textAt(extra, 'tophash'),
      block50: textAt(extra, '50block'),
      hash50: textAt(extra, '50hash'),
      connections: {
        total: numberAt(counts, 'total'),
        incoming: numberAt(counts, 'incoming'),
        outgoing: numberAt(counts, 'outgoing'),
      },
      peersList: textsAt(extra, 'peers-list'),
      clients: numberAt(extra, 'clients'),
    }
  } catch (error) {
    if (error instanceof MinipolisError) return undefined
    throw error
  }
}

const textAt = (object: JsonObject, name: string): string => {
  const value = object.get(name)
  return typeof value === 'string' ? value : ''
}

const numberAt = (object: JsonObject, name: string): number => {
  const value = object.get(name)
  return typeof value === 'bigint' ? Number(value) : 0
}

const objectAt = (object: JsonObject, name: string): JsonObject => {
  const value = object.get(name)
  return value instanceof Map ? (value as JsonObject) : new Map<string, JsonValue>()
}

function textsAt(object: JsonObject, name: string): string[] {
  const value = object.get(name)
  if (!Array.isArray(value)) return []
  return value.slice(0, PONG_PEERS_MAX).filter((entry: unknown) => typeof entry === 'string')
}
