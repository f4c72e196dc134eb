import { lookup } from 'node:dns'
import { request } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { RpcError } from './rpc-error.ts'

/** Time for the whole file. Milliseconds. */
export const FETCH_TIME_MAX_MS = 10_000
/** Longest file that is read. Bytes. */
export const FETCH_SIZE_MAX = 1024

/** Networks that no stranger's file is fetched from, and those through which they are reached. Source: RFC 6890, RFC 8215, RFC 3056 */
const internal = new BlockList()
for (const [network, prefix] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
  ] as const),
])
  internal.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  internal.addSubnet(network, prefix, 'ipv6')

/** Is the address of this machine or its neighbourhood? IPv4 written as IPv6 counts as IPv4. */
export const isInternalAddress = (address: string): boolean =>
  isIP(address) === 0 || internal.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')

export interface WebFileParts {
  readonly isRefused: (address: string) => boolean
  /** Certificates trusted beside those of the system. PEM. */
  readonly ca?: string
}

/**
 * The text of a small file in the web. Anybody may put an address into a token, so that it is only fetched over https, not from
 * addresses of this machine or its neighbourhood, whatever name they go by, and without following redirections.
 *
 * @throws RpcError `refused` for such addresses, `unavailable` when the file cannot be had, `too-much`
 */
export function fetchWebFile(url: string, parts: WebFileParts = { isRefused: isInternalAddress }): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const refuse = (why: string): void => reject(new RpcError('refused', why))
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    refuse('only https addresses are fetched')
    return promise
  }
  const { hostname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && parts.isRefused(host)) {
    refuse(`${host} is an address of this neighbourhood`)
    return promise
  }
  const signal = AbortSignal.timeout(FETCH_TIME_MAX_MS)
  const call = request(
    url,
    { signal, lookup: checkedLookup(parts), ...(parts.ca === undefined ? {} : { ca: parts.ca }) },
    (response) => {
      if (response.statusCode !== 200) {
        response.destroy()
        reject(new RpcError('unavailable', `the server answered ${response.statusCode}`))
        return
      }
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size <= FETCH_SIZE_MAX) return
        response.destroy()
        reject(new RpcError('too-much', `the file is longer than ${FETCH_SIZE_MAX} bytes`))
      })
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      response.on('error', (cause) => reject(unavailable(cause)))
    },
  )
  call.on('error', (cause) => reject(unavailable(cause)))
  call.end()
  return promise
}

const unavailable = (cause: Error): RpcError =>
  cause instanceof RpcError ? cause : new RpcError('unavailable', cause.message, {}, { cause })

/** Looks the name up, and connects only to what was judged: a name may point somewhere else a moment later. */
const checkedLookup =
  ({ isRefused }: WebFileParts): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const refused = addresses.find(({ address }) => isRefused(address))
      if (refused !== undefined) {
        return callback(new RpcError('refused', `${hostname} is ${refused.address}, in this neighbourhood`), [])
      }
      if (options.all) return callback(null, addresses)
      const [first] = addresses
      callback(null, first!.address, first!.family)
    })
  }
