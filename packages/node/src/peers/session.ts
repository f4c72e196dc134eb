import { decode, fromUtf8, MinipolisError, TxPoW, toHex, txpowId } from '@minipolis/minima'
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
import { BoundedMap } from './bounded-map.ts'
import type { ChainAccess, ChainSync, PreparedUnit, SyncResult } from './chain-access.ts'
import { claimedAddress, createGreeting, isSameNetwork, type OwnAddress } from './greeting.ts'
import type { SessionAction } from './session-action.ts'
import { TokenBucket } from './token-bucket.ts'

/** Milliseconds until a connection must have greeted, or have put its one question. */
export const GREETING_MS = 20_000
/** Milliseconds after which a node without a chain, or far behind, asks again for one. */
export const NO_CHAIN_MS = 30_000
/** Blocks that are fetched one by one: that many more make a chain download worth another question. */
const BEHIND_BLOCKS = 4
/** Ports that no node listens at by custom. */
const OTHER_PORTS = 49_152
const OTHER_PORTS_COUNT = 16_384
/** Milliseconds that a connection may stay for one-time questions alone. */
const QUESTIONS_MS = 120_000
/** Milliseconds that the one who resyncs waits for a whole chain with its coins. Source: spec 06 section 10 */
const LARGE_ANSWER_MS = 180_000
/** Milliseconds without a complete message after which a connection ends. Source: spec 06 section 10 */
export const IDLE_MS = 600_000
/** Milliseconds that a refused peer has to read our greeting, so that it refuses too. */
const REFUSAL_MS = 2_000
/** Milliseconds between two looks through the newest blocks for what is missing. Source: spec 06 section 5.3 */
const SCAN_MS = 600_000
/** Greetings per connection. */
const GREETINGS_MAX = 2
/** Ids remembered as asked for, per connection. */
const ASKED_MAX = 20_000
/** Announcements remembered while a chain is being taken. */
const UNFOLLOWED_MAX = 256
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

/** TxPoWs that nobody asked for. */
const UNASKED_RATE = { burst: 20, perSecond: 5 }

/**
 * The protocol on one connection, without the connection: messages and the clock come in, what is to be done comes out. Whatever
 * comes in, it throws nothing. Messages may come in any order, and most are answered before any greeting.
 * Source: spec 06 sections 4 to 7
 */
export class Session {
  readonly role: Role
  readonly #chain: ChainAccess
  readonly #sync: Pick<ChainSync, 'isBusy' | 'olderThan'>
  readonly #own: OwnAddress
  readonly #unasked: TokenBucket
  readonly #asked = new BoundedMap<true>(ASKED_MAX)
  readonly #unfollowed = new BoundedMap<Uint8Array>(UNFOLLOWED_MAX)
  readonly #openedMs: number
  #lastMs: number
  #scannedMs = Number.NEGATIVE_INFINITY
  /** A one-time question gives a connection the same time again for the next one. */
  #servedMs: number
  #largeAnswerMs = 0
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
  #claimedHost: string | undefined
  #claimedPort: number | undefined

  constructor({ role, chain, sync, own, nowMs }: SessionParts) {
    this.role = role
    this.#chain = chain
    this.#sync = sync
    this.#own = own
    this.#openedMs = nowMs
    this.#lastMs = nowMs
    this.#servedMs = nowMs
    this.#unasked = new TokenBucket(UNASKED_RATE, nowMs)
  }

  /** Whether the peer's greeting was accepted. Only such peers are told of news. */
  get isGreeted(): boolean {
    return this.#isGreeted && !this.#isLeaving
  }

  /** Where the peer says it listens; not proved. */
  get claimed(): { readonly host: string | undefined; readonly port: number | undefined } {
    return { host: this.#claimedHost, port: this.#claimedPort }
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
    // Nothing is done in advance for what comes unasked and too often: it is refused unseen.
    return this.#unasked.waitMs(nowMs) > 0 && this.#asked.size === 0 ? undefined : this.#chain.prepare(frame.payload)
  }

  /** A complete frame of a known type or not. */
  frame(frame: Frame, nowMs: number, prepared?: PreparedUnit): SessionAction[] {
    this.#lastMs = nowMs
    if (this.#isLeaving) return []
    const name = messageName(frame.type)
    if (name === undefined) return []
    try {
      if (QUESTIONS.has(name)) this.#servedMs = nowMs
      return this.#handle(name, frame, nowMs, prepared)
    } catch (error) {
      if (!(error instanceof MinipolisError)) throw error
      return [{ do: 'blame', fault: 'unreadable', detail: `${name}: ${error.message}` }]
    }
  }

  /** Time passes. */
  tick(nowMs: number): SessionAction[] {
    if (this.#isLeaving) return []
    if (nowMs - this.#lastMs >= IDLE_MS) return this.#leave('idle')
    if (this.#isGreeted) return [...this.#askAgain(nowMs), ...this.#followUnfollowed()]
    const lateMs = Math.max(GREETING_MS, this.#largeAnswerMs)
    const isLate = nowMs - this.#servedMs >= lateMs || nowMs - this.#openedMs >= Math.max(QUESTIONS_MS, lateMs)
    return isLate ? this.#leave('greeting-late') : []
  }

  /**
   * A reference node sends its chain to one name of a peer only once in half an hour. A node that lost its own or fell behind in
   * that time gets none, unless it greets again under a name that it did not use: its address with another port.
   */
  #askAgain(nowMs: number): SessionAction[] {
    const tip = this.#chain.tip()
    const isBehind = tip === undefined || tip.number < this.#theirTop - BEHIND_BLOCKS
    if (!this.#expectsIbd || !isBehind || this.#hasAskedAgain || nowMs - this.#openedMs < NO_CHAIN_MS) return []
    this.#hasAskedAgain = true
    const value = createGreeting(this.#chain, { ...this.#own, port: OTHER_PORTS + (nowMs % OTHER_PORTS_COUNT) })
    return [{ do: 'send', message: { name: 'greeting', value } }]
  }

  /** Notes that these units are asked for on this connection. */
  asks(ids: readonly Uint8Array[]): void {
    for (const id of ids) this.#asked.set(toHex(id), true)
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
        return this.#txpow(frame.payload, nowMs, prepared)
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
        return this.#announced(message.value)
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
        this.#largeAnswerMs = LARGE_ANSWER_MS
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

  /** What is announced while a chain is being taken is looked at afterwards: it may be newer than that chain. */
  #announced(id: Uint8Array): SessionAction[] {
    if (this.#canFollow) return this.#chain.isKnown(toHex(id)) ? [] : [{ do: 'want', ids: [id] }]
    this.#unfollowed.set(toHex(id), id)
    return []
  }

  get #canFollow(): boolean {
    return !this.#sync.isBusy && this.#chain.tip() !== undefined
  }

  #followUnfollowed(): SessionAction[] {
    if (this.#unfollowed.size === 0 || !this.#canFollow) return []
    const ids = [...this.#unfollowed.entries()].flatMap(([hex, id]) => (this.#chain.isKnown(hex) ? [] : [id]))
    this.#unfollowed.clear()
    return ids.length === 0 ? [] : [{ do: 'want', ids }]
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
    this.#claimedHost = claimed.host
    this.#claimedPort = claimed.port
    const isFirst = !this.#isGreeted
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

  #txpow(payload: Uint8Array, nowMs: number, prepared: PreparedUnit | undefined): SessionAction[] {
    const txpow = prepared?.txpow ?? decode(TxPoW, payload)
    const id = txpowId(txpow)
    const hex = toHex(id)
    const wasAsked = this.#asked.delete(hex)
    if (!wasAsked && !this.#unasked.tryTake(nowMs)) {
      return [{ do: 'blame', fault: 'flood', detail: 'more TxPoWs than were asked for' }]
    }
    const reception = this.#chain.receive(txpow, { wasAsked, ...(prepared && { prepared }) })
    switch (reception.kind) {
      case 'known':
        return [{ do: 'have', id: hex }]
      case 'other-body':
        return [{ do: 'other-body', id, payload }]
      case 'dropped':
        return reception.code === 'no-work'
          ? [{ do: 'blame', fault: 'no-work', detail: reception.detail }]
          : [{ do: 'have', id: hex }]
      case 'refused':
        return [{ do: 'blame', fault: 'refused-txpow', detail: `${reception.code}: ${reception.detail}` }]
      case 'taken':
        return [
          { do: 'have', id: hex },
          ...(reception.announce ? [{ do: 'announce', id } as const] : []),
          ...(reception.missing.length > 0 ? [{ do: 'want', ids: reception.missing } as const] : []),
          ...(reception.added.length > 0 ? [{ do: 'blocks', ids: reception.added } as const] : []),
          ...(reception.added.length > 0 ? this.#scan(nowMs) : []),
        ]
    }
  }

  /** What a chain download left out: transactions come with blocks that arrive one by one, and not with those of a download. */
  #scan(nowMs: number): SessionAction[] {
    if (nowMs - this.#scannedMs < SCAN_MS) return []
    this.#scannedMs = nowMs
    const ids = this.#chain.missingOfBranch()
    return ids.length === 0 ? [] : [{ do: 'want', ids }]
  }

  /** Only peers that greeted have a chain to compare. */
  #pulse(ids: readonly Uint8Array[]): SessionAction[] {
    if (!this.#isGreeted || this.#sync.isBusy || this.#chain.tip() === undefined) return []
    if (ids.length > PULSE_IDS_MAX) return []
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
