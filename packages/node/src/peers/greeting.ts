import { type Greeting, type JsonValue, MiniNumber, toHex } from '@minipolis/minima'
import type { BlockPlace, ChainAccess } from './chain-access.ts'
import { formatAddress, type PeerAddress, withoutIPv6 } from './peer-address.ts'

const VERSION_START = '1.0'
const TEST_MARK = 'TEST'
const NO_CHAIN = MiniNumber.MINUS_ONE
/** What a node without a chain says in place of a block's id. */
const NO_HASH = '0x00'
/** Blocks below the tip of the block that a single pong names. */
const CHECK_DEPTH = 100

/** Where a node says it can be reached. */
export interface OwnAddress {
  readonly port: number
  /** Only when it was set by hand. */
  readonly host: string | undefined
}

/** What the chain is, to be said first on a connection. Source: spec 06 section 3 */
export function createGreeting(chain: ChainAccess, { port, host }: OwnAddress): Greeting {
  const tip = chain.tip()
  const extra = new Map<string, JsonValue>([['welcome', `Running Minima ${chain.version}`]])
  if (host !== undefined) extra.set('host', host)
  // A number would make the reference ignore the greeting.
  extra.set('port', String(port))
  return {
    version: chain.version,
    extra,
    topBlock: tip === undefined ? NO_CHAIN : MiniNumber.of(tip.number),
    chain: tip === undefined ? [] : chain.branchIds(),
  }
}

/** Whether a peer of that version belongs to this network. */
export const isSameNetwork = (own: string, theirs: string): boolean =>
  theirs.startsWith(VERSION_START) && theirs.includes(TEST_MARK) === own.includes(TEST_MARK)

export interface ClaimedAddress {
  readonly host: string | undefined
  readonly port: number | undefined
}

/** What a greeting says of its sender's address; undefined when it says it in a form that makes the greeting void. */
export function claimedAddress({ extra }: Greeting): ClaimedAddress | undefined {
  if (extra === null) return undefined
  const host = extra.get('host')
  const port = extra.get('port')
  if (host !== undefined && typeof host !== 'string') return undefined
  if (port === undefined) return { host, port: undefined }
  if (typeof port !== 'string' || !/^[-+]?\d{1,9}$/.test(port)) return undefined
  return { host, port: Number(port) }
}

export interface ConnectionCounts {
  readonly incoming: number
  readonly outgoing: number
}

/** The answer to a single ping. Source: spec 06 section 7.3 */
export function createSinglePong(
  chain: ChainAccess,
  { incoming, outgoing }: ConnectionCounts,
  peers: readonly PeerAddress[],
): Greeting {
  const extra = new Map<string, JsonValue>([['welcome', 'hi there!']])
  const tip = chain.tip()
  const check = tip && checkBlock(chain, tip)
  extra.set('topblock', String(tip?.number ?? 0))
  extra.set('tophash', tip === undefined ? NO_HASH : toHex(tip.id))
  extra.set('50block', String(check?.number ?? 0))
  extra.set('50hash', check === undefined ? NO_HASH : toHex(check.id))
  const counts = { total: incoming + outgoing, incoming, outgoing }
  extra.set('connections', new Map(Object.entries(counts).map(([name, value]) => [name, BigInt(value)])))
  extra.set('peers-list', withoutIPv6(peers).map(formatAddress))
  extra.set('clients', 0n)
  return { version: chain.version, extra, topBlock: MiniNumber.ZERO, chain: [] }
}

const checkBlock = (chain: ChainAccess, tip: BlockPlace): BlockPlace | undefined => {
  const root = tip.number - chain.branchIds().length + 1
  return chain.mainBlock(Math.max(root, tip.number - CHECK_DEPTH))
}

/** Whether the sender of a single pong is on our chain, as far as that can be told. */
export function isPongOfOurs(chain: ChainAccess, { version, extra }: Greeting): boolean {
  if (!isSameNetwork(chain.version, version) || extra === null) return false
  const number = Number(extra.get('50block'))
  const id = extra.get('50hash')
  if (!Number.isSafeInteger(number) || typeof id !== 'string') return false
  const tip = chain.tip()
  if (tip === undefined || tip.number < number) return true
  const ours = chain.mainBlock(number)
  return ours !== undefined && toHex(ours.id) === id
}
