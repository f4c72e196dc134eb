import { decode, fromUtf8, TxPoW, toHex } from '@minipolis/minima'
import { isFaultOfInput } from '../errors/index.ts'
import {
  decodeMessage,
  type Frame,
  MAXIMA_CTRL,
  type Message,
  type MessageName,
  messageName,
  PULSE_IDS_MAX,
  parseP2P,
} from '../wire/index.ts'
import type { ChainAccess, ChainSync, PreparedUnit, SyncResult } from './chain-access.ts'
import { Deadlines } from './deadlines.ts'
import { type ClaimedAddress, claimedAddress, createGreeting, isSameNetwork, type OwnAddress } from './greeting.ts'
import type { SessionAction } from './session-action.ts'
import { SessionUnits } from './session-units.ts'

/** Milliseconds after which a node without a chain, or far behind, asks again for one. */
export const NO_CHAIN_MS = 30_000
/** Blocks that are fetched one by one: that many more make a chain download worth another question. */
const BEHIND_BLOCKS = 4
/** Ports that no node listens at by custom. */
const OTHER_PORTS = 49_152
const OTHER_PORTS_COUNT = 16_384
/** Milliseconds that a refused peer has to read our greeting, so that it refuses too. */
const REFUSAL_MS = 2_000
/** Greetings per connection. */
const GREETINGS_MAX = 2
/** Text of an operator that is kept. */
const TEXT_LENGTH_MAX = 1000

export type Role = 'incoming' | 'outgoing'

export interface SessionParts {
  readonly role: Role
  readonly chain: ChainAccess
  readonly sync: Pick<ChainSync, 'isBusy' | 'olderThan'>
  readonly own: OwnAddress
  readonly nowMs: number
}

/**
 * The protocol on one connection, without the connection: messages and the clock come in, what is to be done comes out. Whatever
 * comes in, it throws nothing but what the chain's own store does. Messages may come in any order, and most are answered before
 * any greeting.
 * Source: spec 06 sections 4 to 7
 */
export class Session {
  readonly role: Role
  readonly #chain: ChainAccess
  readonly #sync: Pick<ChainSync, 'isBusy' | 'olderThan'>
  readonly #own: OwnAddress
  readonly #deadlines: Deadlines
  readonly #units: SessionUnits
  #greetings = 0
  #isGreeted = false
  #hasSentGreeting = false
  #expectsIbd = false
  #hasAskedAgain = false
  #expectsOlder = false
  #isLeaving = false
  #lastIbdRequest: string | undefined
  /** Number of the newest block that the peer said it has. */
  #theirTop = -1
  #claimed: ClaimedAddress = { host: undefined, port: undefined }

  constructor({ role, chain, sync, own, nowMs }: SessionParts) {
    this.role = role
    this.#chain = chain
    this.#sync = sync
    this.#own = own
    this.#deadlines = new Deadlines(nowMs)
    this.#units = new SessionUnits(chain, sync, nowMs)
  }

  /** Whether the peer's greeting was accepted. Only such peers are told of news. */
  get isGreeted(): boolean {
    return this.#isGreeted && !this.#isLeaving
  }

  /** Whether it took part at any time. */
  get wasGreeted(): boolean {
    return this.#isGreeted
  }

  /** Where the peer says it listens; not proved. */
  get claimed(): ClaimedAddress {
    return this.#claimed
  }

  /** Whether a large answer of this kind was asked for and may come. */
  isExpected(name: MessageName): boolean {
    return (name === 'ibd' && this.#expectsIbd) || (name === 'ibdResponse' && this.#expectsOlder)
  }

  /** The connection is there. Who opened it greets first. */
  opened(): SessionAction[] {
    return this.role === 'outgoing' ? [this.#greet()] : []
  }

  /**
   * What can be done about a frame in advance, before `frame` is called with what comes out: undefined when there is nothing.
   * Other frames of this connection wait meanwhile, so that their order stays.
   */
  prepare(frame: Frame, nowMs: number): Promise<PreparedUnit | undefined> | undefined {
    if (this.#isLeaving || messageName(frame.type) !== 'txpow') return undefined
    return this.#units.prepare(frame.payload, nowMs)
  }

  /** A complete frame of a known type or not. @throws NodeError of the store */
  frame(frame: Frame, nowMs: number, prepared?: PreparedUnit): SessionAction[] {
    this.#deadlines.heard(nowMs)
    if (this.#isLeaving) return []
    const name = messageName(frame.type)
    if (name === undefined) return []
    try {
      if (QUESTIONS.has(name)) this.#deadlines.questioned(nowMs)
      return this.#handle(name, frame, nowMs, prepared)
    } catch (error) {
      if (!isFaultOfInput(error)) throw error
      return [{ do: 'blame', fault: 'unreadable', detail: `${name}: ${error.message}` }]
    }
  }

  /** Time passes. */
  tick(nowMs: number): SessionAction[] {
    if (this.#isLeaving) return []
    if (this.#deadlines.isIdle(nowMs)) return this.#leave('idle')
    if (this.#isGreeted) return [...this.#askAgain(nowMs), ...this.#units.followUnfollowed()]
    return this.#deadlines.isGreetingLate(nowMs) ? this.#leave('greeting-late') : []
  }

  /**
   * A reference node sends its chain to one name of a peer only once in half an hour. A node that lost its own or fell behind in
   * that time gets none, unless it greets again under a name that it did not use: its address with another port.
   */
  #askAgain(nowMs: number): SessionAction[] {
    const tip = this.#chain.tip()
    const isBehind = tip === undefined || tip.number < this.#theirTop - BEHIND_BLOCKS
    if (!this.#expectsIbd || !isBehind || this.#hasAskedAgain || nowMs - this.#deadlines.openedMs < NO_CHAIN_MS)
      return []
    this.#hasAskedAgain = true
    const value = createGreeting(this.#chain, { ...this.#own, port: OTHER_PORTS + (nowMs % OTHER_PORTS_COUNT) })
    return [{ do: 'send', message: { name: 'greeting', value } }]
  }

  /** Notes that these units are asked for on this connection. */
  asks(ids: readonly Uint8Array[]): void {
    this.#units.asks(ids)
  }

  /** A chain download of this peer, or older blocks of it, were worked on. */
  synced(what: 'download' | 'older', result: SyncResult): SessionAction[] {
    if (this.#isLeaving) return []
    if (result.kind === 'refused') {
      return [{ do: 'blame', fault: 'false-chain', detail: result.detail }, ...this.#leave('misconduct')]
    }
    if (result.kind !== 'done') return this.#leave('other-chain')
    const want: SessionAction[] = result.missing.length > 0 ? [{ do: 'want', ids: result.missing }] : []
    // An empty page ends the exchange.
    return what === 'older' && result.added === 0 ? want : [...want, ...this.#askOlder()]
  }

  #handle(name: MessageName, frame: Frame, nowMs: number, prepared: PreparedUnit | undefined): SessionAction[] {
    switch (name) {
      case 'ibd':
        return this.#ibd(frame.payload)
      case 'ibdResponse':
        if (!this.#expectsOlder) return []
        this.#expectsOlder = false
        return [{ do: 'older', payload: frame.payload }]
      case 'ibdRequest':
        return this.#ibdRequest(frame.payload)
      case 'txpow':
        return this.#units.came(frame.payload, nowMs, prepared)
      // Answers to questions that this connection did not put, and what only nodes without blocks of their own work on.
      case 'archiveData':
      case 'archiveSingleRequest':
      case 'singlePong':
      case 'txblockId':
      case 'txblock':
      case 'txblockMine':
      case 'megaMMRSyncResponse':
        return []
      default:
        return this.#message(decodeMessage(frame), frame.payload)
    }
  }

  #message(message: Message, payload: Uint8Array): SessionAction[] {
    switch (message.name) {
      case 'greeting':
        return this.#greeting(message)
      case 'txpowId':
        return this.#units.announced(message.value)
      case 'txpowRequest':
        return answer('txpow', this.#chain.txpow(toHex(message.value)))
      case 'txblockRequest':
        return answer('txblock', this.#chain.txblock(toHex(message.value)))
      case 'pulse':
        return this.#pulse(message.value.blocks)
      case 'singlePing':
        return [{ do: 'send-pong' }]
      case 'archiveRequest':
        return [{ do: 'send-archive', from: message.value }]
      case 'megaMMRSyncRequest':
        this.#deadlines.largeAnswer()
        return [{ do: 'send-coins', request: message.value }]
      case 'maximaCtrl':
        return this.#maximaCtrl(message.value.kind, message.value.value)
      case 'maximaTxPoW':
        return [{ do: 'deliver-maxima', message: message.value, payload }]
      case 'p2p':
        return this.#p2p(message.value)
      case 'text':
        return [{ do: 'text', text: cleanText(message.value) }]
      default:
        return []
    }
  }

  #greeting({ value: greeting }: Extract<Message, { readonly name: 'greeting' }>): SessionAction[] {
    this.#greetings++
    if (this.#greetings > GREETINGS_MAX) return this.#leave('greeting-twice')
    if (!isSameNetwork(this.#chain.version, greeting.version)) {
      if (this.role === 'outgoing' || this.#hasSentGreeting) return this.#leave('other-network')
      return [this.#greet(), ...this.#leave('other-network', REFUSAL_MS)]
    }
    const claimed = claimedAddress(greeting)
    // The reference ignores such a greeting without a word; the deadline for a greeting ends the connection.
    if (claimed === undefined) return []
    const isFirst = !this.#isGreeted
    // A second greeting may come under another name, only to be given a chain.
    if (isFirst) this.#claimed = claimed
    this.#isGreeted = true
    this.#theirTop = Number(greeting.topBlock.toBigInt())
    return [
      ...(this.#hasSentGreeting ? [] : [this.#greet()]),
      { do: 'send-ibd', greeting },
      ...(isFirst ? [{ do: 'greeted', greeting } as const] : []),
    ]
  }

  #greet(): SessionAction {
    this.#hasSentGreeting = true
    this.#expectsIbd = true
    return { do: 'send', message: { name: 'greeting', value: createGreeting(this.#chain, this.#own) } }
  }

  /** A chain is only taken as the answer to our greeting, once. */
  #ibd(payload: Uint8Array): SessionAction[] {
    if (!this.#expectsIbd) return []
    this.#expectsIbd = false
    return [{ do: 'download', payload }]
  }

  #ibdRequest(payload: Uint8Array): SessionAction[] {
    const { header } = decode(TxPoW, payload)
    const number = header.blockNumber.toString()
    if (number === this.#lastIbdRequest) return []
    this.#lastIbdRequest = number
    return [{ do: 'send-payload', name: 'ibdResponse', payload: this.#chain.ibdBelow(header.blockNumber) }]
  }

  #askOlder(): SessionAction[] {
    const payload = this.#isGreeted ? this.#sync.olderThan() : undefined
    if (payload === undefined) return []
    this.#expectsOlder = true
    return [{ do: 'send-payload', name: 'ibdRequest', payload }]
  }

  /** Only peers that greeted have a chain to compare. */
  #pulse(ids: readonly Uint8Array[]): SessionAction[] {
    if (!this.#isGreeted || !this.#units.canFollow || ids.length > PULSE_IDS_MAX) return []
    const missing = this.#chain.missingOf(ids)
    if (missing === undefined) return this.#leave('other-chain')
    return missing.length === 0 ? [] : [{ do: 'want', ids: missing }]
  }

  #p2p(text: string): SessionAction[] {
    const message = this.#isGreeted ? parseP2P(text) : undefined
    return message === undefined ? [] : [{ do: 'p2p', message }]
  }

  #maximaCtrl(kind: number, value: Uint8Array): SessionAction[] {
    if (kind === MAXIMA_CTRL.id) return [{ do: 'host-maxima', key: value }]
    return kind === MAXIMA_CTRL.mls ? [{ do: 'maxima-address', text: cleanText(fromUtf8(value)) }] : []
  }

  #leave(reason: Extract<SessionAction, { readonly do: 'close' }>['reason'], afterMs?: number): SessionAction[] {
    this.#isLeaving = true
    return [{ do: 'close', reason, ...(afterMs === undefined ? {} : { afterMs }) }]
  }
}

/** What is asked on connections that never greet. Source: spec 06 section 11 */
const QUESTIONS: ReadonlySet<MessageName> = new Set([
  'singlePing',
  'archiveRequest',
  'maximaTxPoW',
  'txblockRequest',
  'megaMMRSyncRequest',
])

const answer = (name: MessageName, payload: Uint8Array | undefined): SessionAction[] =>
  payload === undefined ? [] : [{ do: 'send-payload', name, payload }]

/** What a stranger wrote, fit for a log: no control characters, not long. */
const cleanText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  text.slice(0, TEXT_LENGTH_MAX).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
