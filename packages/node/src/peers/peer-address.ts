import { isIPv4, isIPv6 } from 'node:net'
import { PeersError } from './peers-error.ts'

/** Where a node listens. */
export interface PeerAddress {
  readonly host: string
  readonly port: number
}

const PORT_MAX = 65_535
const HOST_LENGTH_MAX = 255

export const formatAddress = ({ host, port }: PeerAddress): string => `${host}:${port}`

/** Reads `host:port`. @throws PeersError `bad-address` */
export function parseAddress(text: string): PeerAddress {
  const at = text.lastIndexOf(':')
  const host = text.slice(0, Math.max(0, at))
  const port = Number(text.slice(at + 1))
  if (/^[\w.-]+$/.test(host) && /^\d{1,5}$/.test(text.slice(at + 1)) && isDialable({ host, port }))
    return { host, port }
  throw new PeersError('bad-address', `${JSON.stringify(text)} is no address; write host:port`, { text })
}

export const isDialable = ({ host, port }: PeerAddress): boolean =>
  host.length > 0 && host.length <= HOST_LENGTH_MAX && Number.isInteger(port) && port > 0 && port <= PORT_MAX

/** The IP as it is counted: an IPv4 address written as IPv6 is the IPv4 address. */
export const plainIp = (ip: string): string => (ip.startsWith('::ffff:') && isIPv4(ip.slice(7)) ? ip.slice(7) : ip)

/** The block of addresses that an owner usually has: /24 for IPv4, /64 for IPv6. */
export function ipBlock(ip: string): string {
  if (isIPv4(ip)) return ip.slice(0, ip.lastIndexOf('.'))
  return isIPv6(ip) ? ip.split(':').slice(0, 4).join(':') : ip
}

const INTERNAL_PREFIXES = ['127.', 'localhost', '10.', '100.', '0.', '169.', '172.', '198.', '192.']

/** Addresses that peers do not tell each other. A test of the text, as in the reference. Source: spec 06 section 8.1 */
export const isInternal = (host: string): boolean => INTERNAL_PREFIXES.some((prefix) => host.startsWith(prefix))
