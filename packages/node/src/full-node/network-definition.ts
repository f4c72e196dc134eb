import { MiniNumber, type NetworkName, type NetworkParameters, networks } from '@minipolis/minima'
import type { NodeOptions } from '../node/options.ts'
import { type PeerAddress, PeersError, parseAddress } from '../peers/index.ts'
import { FullNodeError } from './full-node-error.ts'
import { readParameters } from './network-overrides.ts'

const NAME = /^[a-z][a-z0-9-]{0,31}$/
const MEMBERS: readonly string[] = ['name', 'base', 'connect', 'seeds', 'megammr', 'parameters']
/** Addresses of one list. */
const ADDRESSES_MAX = 64
/** Characters of a description. */
export const NETWORK_FILE_LENGTH_MAX = 64 * 1024

/**
 * A network, as a file describes it: JSON with a `name`, the network it is like (`base`), peers to `connect` to, `seeds` to
 * find peers at, whether its nodes keep all coins (`megammr`), and `parameters` that differ. Objects and messages have the bytes of the base; a chain under other parameters is a network of its own.
 */
export interface NetworkDefinition {
  readonly name: string
  readonly base: NetworkName
  /** Kept connected. */
  readonly connect: readonly PeerAddress[]
  /** Asked for further peers. */
  readonly seeds: readonly PeerAddress[]
  /** Every node of the network keeps all coins. */
  readonly megaMMR: boolean
  readonly parameters: NetworkParameters
  /** As it was written, to be written again. */
  readonly source: unknown
}

export const isNetworkName = (name: unknown): name is NetworkName =>
  typeof name === 'string' && Object.hasOwn(networks, name)

/** One of Minima's networks, or `dev`. */
export const builtInNetwork = (name: NetworkName): NetworkDefinition => ({
  name,
  base: name,
  connect: [],
  seeds: [],
  megaMMR: false,
  parameters: networks[name],
  source: name,
})

/** What a node has to be told of its network. */
export const networkOptions = ({
  name,
  base,
  parameters,
  megaMMR,
}: NetworkDefinition): Pick<NodeOptions, 'network' | 'custom' | 'megaMMR'> => ({
  network: base,
  ...(name !== base && { custom: { name, parameters } }),
  ...(megaMMR && { megaMMR }),
})

/** @param place names the text in errors. @throws FullNodeError `network-file` */
export function parseNetworkFile(text: string, place: string): NetworkDefinition {
  if (text.length > NETWORK_FILE_LENGTH_MAX) {
    throw fault(place, `is longer than ${NETWORK_FILE_LENGTH_MAX} characters`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw fault(place, 'is no JSON', cause)
  }
  return readNetwork(value, place)
}

/** Reads the name of a network or a parsed description. @throws FullNodeError `network-file` */
export function readNetwork(value: unknown, place: string): NetworkDefinition {
  if (isNetworkName(value)) return builtInNetwork(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fault(place, 'must be an object: { "name": "harbour", "base": "test", "parameters": {} }')
  }
  const unknown = Object.keys(value).find((member) => !MEMBERS.includes(member))
  if (unknown !== undefined) throw fault(place, `has no member ${unknown}; known are ${MEMBERS.join(', ')}`)
  const { name, base, connect = [], seeds = [], megammr = false, parameters = {} } = value as Record<string, unknown>
  if (typeof name !== 'string' || !NAME.test(name) || isNetworkName(name)) {
    throw fault(place, 'needs a name of its own: up to 32 of a-z, 0-9 and -, other than main, test and dev')
  }
  if (!isNetworkName(base)) throw fault(place, 'needs a base: main, test or dev')
  if (typeof megammr !== 'boolean') throw fault(place, 'megammr must be true or false')
  return {
    name,
    base,
    connect: readPeers(connect, 'connect', place),
    seeds: readPeers(seeds, 'seeds', place),
    megaMMR: megammr,
    parameters: readParameters(parameters, networks[base], (text) => fault(place, text)),
    source: value,
  }
}

function readPeers(value: unknown, member: string, place: string): PeerAddress[] {
  if (!Array.isArray(value) || value.length > ADDRESSES_MAX || !value.every((entry) => typeof entry === 'string')) {
    throw fault(place, `${member} must be a list of at most ${ADDRESSES_MAX} texts host:port`)
  }
  try {
    return value.map((entry: string) => parseAddress(entry))
  } catch (cause) {
    if (cause instanceof PeersError) throw fault(place, `${member}: ${cause.message}`, cause)
    throw cause
  }
}

const fault = (place: string, text: string, cause?: unknown): FullNodeError =>
  new FullNodeError('network-file', `${place} ${text}`, { place }, cause === undefined ? {} : { cause })

/** Whether two descriptions are of the same network. */
export const isSameDefinition = (a: NetworkDefinition, b: NetworkDefinition): boolean =>
  a.name === b.name && a.base === b.base && Object.entries(a.parameters).every(([key, value]) => isSame(value, b, key))

function isSame(value: unknown, { parameters }: NetworkDefinition, key: string): boolean {
  const other: unknown = new Map<string, unknown>(Object.entries(parameters)).get(key)
  return value instanceof MiniNumber && other instanceof MiniNumber ? value.equals(other) : value === other
}
