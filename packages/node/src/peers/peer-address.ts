import { isIPv4, isIPv6 } from 'node:net'
import { PeersError } from './peers-error.ts'

/** Where a node listens. */
export interface PeerAddress {
  readonly host: string
  readonly port: number
}

const PORT_MAX = 65_535
const HOST_LENGTH_MAX = 255

/** `host:port`; an IPv6 address stands in brackets. */
export const formatAddress = ({ host, port }: PeerAddress): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** Addresses for lists that nodes of the reference cut at the first colon: an IPv6 address would break them. */
export const withoutIPv6 = (addresses: readonly PeerAddress[]): PeerAddress[] =>
  addresses.filter(({ host }) => !host.includes(':'))

/** Reads `host:port` or `[IPv6]:port`. @throws PeersError `bad-address` */
export function parseAddress(text: string): PeerAddress {
  const [, inBrackets, plain, digits = ''] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? []
  const host = inBrackets ?? plain ?? ''
  const port = Number(digits)
  const isHost = inBrackets === undefined || isIPv6(inBrackets)
  if (isHost && isDialable({ host, port })) return { host, port }
  throw new PeersError('bad-address', `${JSON.stringify(text)} is no address; write host:port or [IPv6]:port`, { text })
}

/** Characters of a list of addresses. */
export const ADDRESS_LIST_LENGTH_MAX = 64 * 1024

/** Reads addresses between commas or white space. What is none is given back as it was written. */
export function readAddresses(text: string): { readonly good: PeerAddress[]; readonly bad: string[] } {
  const good: PeerAddress[] = []
  const bad: string[] = []
  for (const part of text.slice(0, ADDRESS_LIST_LENGTH_MAX).split(/[\s,]+/)) {
    if (part === '') continue
    try {
      good.push(parseAddress(part))
    } catch (error) {
      if (!(error instanceof PeersError)) throw error
      bad.push(part)
    }
  }
  return { good, bad }
}

export const isDialable = ({ host, port }: PeerAddress): boolean =>
  host.length > 0 && host.length <= HOST_LENGTH_MAX && Number.isInteger(port) && port > 0 && port <= PORT_MAX

/** The IP as it is counted: an IPv4 address written as IPv6 is the IPv4 address, and the interface is left out. */
export function plainIp(ip: string): string {
  const [address = ''] = ip.split('%')
  return address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address
}

/** The block of addresses that an owner usually has: /24 for IPv4, /64 for IPv6. */
export function ipBlock(ip: string): string {
  if (isIPv4(ip)) return ip.slice(0, ip.lastIndexOf('.'))
  return isIPv6(ip) ? ipv6Groups(ip).slice(0, BLOCK_GROUPS).join(':') : ip
}

/**
 * What one subscriber has, who is to account for all of it: an IPv4 address, or a whole /64 of IPv6, out of which anybody takes a
 * new address for every connection. Names stay as they are.
 */
export const siteOf = (ip: string): string => (isIPv6(ip) ? `${ipBlock(ip)}::/64` : ip)

const GROUPS = 8
const BLOCK_GROUPS = 4

/** All groups of an IPv6 address, those that `::` stands for as 0. */
function ipv6Groups(ip: string): string[] {
  const [front = '', back] = ip.split('::')
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const first = groupsOf(front)
  if (back === undefined) return first
  const last = groupsOf(back)
  return [...first, ...new Array<string>(Math.max(0, GROUPS - first.length - last.length)).fill('0'), ...last]
}

const INTERNAL_PREFIXES = ['127.', 'localhost', '10.', '100.', '0.', '169.', '172.', '198.', '192.']
/** IPv6: this machine, the link, and unique local addresses. */
const INTERNAL_IPV6 = /^(::1?|fe[89ab][\da-f]:.*|f[cd][\da-f]{2}:.*)$/i

/** Addresses that peers do not tell each other. A test of the text, as in the reference. Source: spec 06 section 8.1 */
export const isInternal = (host: string): boolean =>
  INTERNAL_PREFIXES.some((prefix) => host.startsWith(prefix)) || INTERNAL_IPV6.test(host)
