import { type JsonObject, type JsonValue, parseJson, printJson } from '@minipolis/minima'
import { WireError } from './wire-error.ts'

/** Addresses that one list may name. Honest nodes know 250 peers at most. */
export const P2P_ADDRESSES_MAX = 300
/** Hops of a walk: honest ones end at ten. */
export const P2P_PATH_MAX = 12
const HOST_LENGTH_MAX = 255
const SECRET_LENGTH_MAX = 64

export interface P2PAddress {
  readonly host: string
  readonly port: number
}

/** The neighbourhood of a node that accepts links. */
export interface P2PNeighbourhood {
  readonly clients: number
  readonly clientsMax: number
  readonly outLinks: readonly P2PAddress[]
  readonly inLinks: readonly P2PAddress[]
}

/** Source: spec 06 section 8.2 */
export type P2PMessage =
  | {
      readonly kind: 'greeting'
      readonly port: number
      /** Undefined for a node that accepts no links. */
      readonly neighbourhood: P2PNeighbourhood | undefined
      readonly knownPeers: readonly P2PAddress[]
    }
  | { readonly kind: 'ask-ip'; readonly secret: string }
  | { readonly kind: 'tell-ip'; readonly ip: string; readonly secret: string }
  | P2PWalk
  | { readonly kind: 'swap'; readonly secret: string; readonly target: P2PAddress }
  | { readonly kind: 'not-accepting' }

export interface P2PWalk {
  readonly kind: 'walk'
  readonly secret: string
  readonly walkInLinks: boolean
  readonly isJoining: boolean
  readonly isClient: boolean
  readonly clientSlots: number
  readonly isReturning: boolean
  readonly path: readonly P2PAddress[]
}

/**
 * Reads the JSON of a P2P message. Unknown keys mean nothing.
 *
 * @returns undefined when no known key is there
 * @throws WireError `p2p-shape`
 */
export function parseP2P(text: string): P2PMessage | undefined {
  const parsed = parseJson(text)
  const message = parsed.kind === 'value' ? objectOf(parsed.value, 'the message').get('swap_links_p2p') : undefined
  if (message === undefined) return undefined
  const fields = objectOf(message, 'swap_links_p2p')
  if (fields.has('greeting')) return parseGreeting(objectOf(fields.get('greeting'), 'greeting'))
  if (fields.has('req_ip')) return { kind: 'ask-ip', secret: secretOf(fields.get('req_ip')) }
  if (fields.has('res_ip')) {
    return { kind: 'tell-ip', ip: hostOf(fields.get('res_ip')), secret: secretOf(fields.get('secret')) }
  }
  if (fields.has('walk_links')) return parseWalk(objectOf(fields.get('walk_links'), 'walk_links'))
  if (fields.has('do_swap')) {
    const swap = objectOf(fields.get('do_swap'), 'do_swap')
    const target = { host: hostOf(swap.get('swap_target_host')), port: numberOf(swap.get('swap_target_port')) }
    return { kind: 'swap', secret: secretOf(swap.get('secret')), target }
  }
  return fields.has('notAcceptingMsg') ? { kind: 'not-accepting' } : undefined
}

export const printP2P = (message: P2PMessage): string => printJson(new Map([['swap_links_p2p', toJson(message)]]))

function parseGreeting(greeting: JsonObject): P2PMessage {
  const accepts = booleanOf(greeting.get('isAcceptingInLinks'))
  return {
    kind: 'greeting',
    port: numberOf(greeting.get('myMinimaPort')),
    neighbourhood: accepts
      ? {
          clients: numberOf(greeting.get('numNoneP2PConnections')),
          clientsMax: numberOf(greeting.get('maxNumNoneP2PConnections')),
          outLinks: addressesOf(greeting.get('outLinks'), P2P_ADDRESSES_MAX),
          inLinks: addressesOf(greeting.get('inLinks'), P2P_ADDRESSES_MAX),
        }
      : undefined,
    knownPeers: addressesOf(greeting.get('knownPeers'), P2P_ADDRESSES_MAX),
  }
}

const parseWalk = (walk: JsonObject): P2PWalk => ({
  kind: 'walk',
  secret: secretOf(walk.get('secret')),
  walkInLinks: booleanOf(walk.get('walkInLinks')),
  isJoining: booleanOf(walk.get('isJoiningWalk')),
  isClient: booleanOf(walk.get('isClientWalk')),
  clientSlots: numberOf(walk.get('availableClientSlots')),
  isReturning: booleanOf(walk.get('isReturning')),
  path: addressesOf(walk.get('pathTaken'), P2P_PATH_MAX),
})

function toJson(message: P2PMessage): JsonObject {
  switch (message.kind) {
    case 'greeting':
      return new Map([['greeting', greetingJson(message)]])
    case 'ask-ip':
      return new Map([['req_ip', message.secret]])
    case 'tell-ip':
      return new Map([
        ['res_ip', message.ip],
        ['secret', message.secret],
      ])
    case 'walk':
      return new Map([['walk_links', walkJson(message)]])
    case 'swap':
      return new Map([['do_swap', swapJson(message)]])
    case 'not-accepting':
      return new Map([['notAcceptingMsg', false]])
  }
}

function greetingJson({
  port,
  neighbourhood,
  knownPeers,
}: Extract<P2PMessage, { readonly kind: 'greeting' }>): JsonObject {
  const fields = new Map<string, JsonValue>([
    ['myMinimaPort', BigInt(port)],
    ['isAcceptingInLinks', neighbourhood !== undefined],
  ])
  if (neighbourhood !== undefined) {
    fields.set('numNoneP2PConnections', BigInt(neighbourhood.clients))
    fields.set('maxNumNoneP2PConnections', BigInt(neighbourhood.clientsMax))
    fields.set('outLinks', neighbourhood.outLinks.map(addressJson))
    fields.set('inLinks', neighbourhood.inLinks.map(addressJson))
  }
  return fields.set('knownPeers', knownPeers.map(addressJson))
}

const walkJson = (walk: P2PWalk): JsonObject =>
  new Map<string, JsonValue>([
    ['secret', walk.secret],
    ['walkInLinks', walk.walkInLinks],
    ['isJoiningWalk', walk.isJoining],
    ['isClientWalk', walk.isClient],
    ['availableClientSlots', BigInt(walk.clientSlots)],
    ['isReturning', walk.isReturning],
    ['pathTaken', walk.path.map(addressJson)],
  ])

const swapJson = ({ secret, target }: Extract<P2PMessage, { readonly kind: 'swap' }>): JsonObject =>
  new Map<string, JsonValue>([
    ['secret', secret],
    ['swap_target_host', target.host],
    ['swap_target_port', BigInt(target.port)],
  ])

const addressJson = ({ host, port }: P2PAddress): JsonObject =>
  new Map<string, JsonValue>([
    ['host', host],
    ['port', BigInt(port)],
  ])

const wrong = (expected: string): WireError =>
  new WireError('p2p-shape', `a P2P message does not have ${expected} where it should`)

function objectOf(value: JsonValue | undefined, name: string): JsonObject {
  if (value instanceof Map) return value as JsonObject
  throw wrong(`an object for ${name}`)
}

function booleanOf(value: JsonValue | undefined): boolean {
  if (typeof value === 'boolean') return value
  throw wrong('true or false')
}

/** What is no whole number reads as 0, as in the reference. */
const numberOf = (value: JsonValue | undefined): number =>
  typeof value === 'bigint' && value >= -(2n ** 31n) && value < 2n ** 31n ? Number(value) : 0

function textOf(value: JsonValue | undefined, lengthMax: number): string {
  if (typeof value === 'string' && value.length <= lengthMax) return value
  throw wrong(`a text of at most ${lengthMax} characters`)
}

const secretOf = (value: JsonValue | undefined): string => textOf(value, SECRET_LENGTH_MAX)
const hostOf = (value: JsonValue | undefined): string => textOf(value, HOST_LENGTH_MAX)

function addressesOf(value: JsonValue | undefined, most: number): P2PAddress[] {
  if (!Array.isArray(value)) throw wrong('a list of addresses')
  if (value.length > most) throw wrong(`at most ${most} addresses`)
  return value.map((entry: JsonValue) => {
    const address = objectOf(entry, 'an address')
    return { host: hostOf(address.get('host')), port: numberOf(address.get('port')) }
  })
}
