import { data as dataCodec, encode, factsOf, formatMxAddress, fromHex, toHex, utf8 } from '@minipolis/minima'
import { MAXIMA_STATUS, type MaxTxPoW } from '../wire/index.ts'
import {
  formatMaximaAddress,
  type MaximaAddress,
  PERMANENT_START,
  parseMaximaAddress,
  parsePermanentAddress,
  readMaximaAddress,
} from './address.ts'
import { Arrivals, RECEIPT_APPLICATION } from './arrivals.ts'
import { ContactBook } from './contact-book.ts'
import { type ContactCard, cleanName, ICON_LENGTH_MAX } from './contact-message.ts'
import { Errands } from './errands.ts'
import { MaximaEvents, type MaximaListener, type ReceivedMessage } from './events.ts'
import type { MaximaHost, MaximaLink } from './host.ts'
import { announceService, Hosts } from './hosts.ts'
import { type Identity, loadIdentity } from './identity.ts'
import { KeyClaims } from './key-claims.ts'
import { LocationRegistry } from './location-registry.ts'
import { Locations } from './locations.ts'
import { MaximaError } from './maxima-error.ts'
import { MaximaMessage, messageId, messageMark, RANDOM_BYTES, RESERVED } from './message.ts'
import { OUTBOX_MS_MAX, Outbox } from './outbox.ts'
import type { MaximaOptions, MaximaParts } from './parts.ts'
import { Receiver, SEEN_MS } from './receiver.ts'
import { type Delivery, insistTaken, Sender } from './sender.ts'
import type { Contact, QueuedMessage } from './store.ts'

/** Milliseconds between looking after contacts and services, and until the first time. */
export const ROUND_MS = 20 * 60 * 1000
const FIRST_ROUND_MS = 3 * 60 * 1000
/** Milliseconds from looking for silent contacts until all are told of this node. */
const REFRESH_AFTER_MS = 60_000
/** A contact that was not heard from for so long is looked for at its location service. */
const SILENT_MS = 30 * 60 * 1000
/** Milliseconds until a route check is tried again while there is no chain to work on. */
const CHECK_AGAIN_MS = 10_000

/** Whom to send to: a contact by number or main key (`0x…`), this node's own key, or an address `Mx…@host:port` or `MAX#…`. */
export type MaximaTarget = { readonly contact: number } | { readonly publicKey: string } | { readonly address: string }

export interface Content {
  /** Read by the receiver's applications; at most 255 characters. */
  readonly application: string
  readonly data: Uint8Array
}

export interface PostOptions {
  /** Keep and repeat the message until the receiver's application acknowledges it. */
  readonly wantsReceipt?: boolean
  /** Milliseconds until the first attempt. */
  readonly delayMs?: number
}

/**
 * Signed and encrypted messages between people and machines, without a broker. Readers of the address see who hosts the receiver,
 * not what is sent; the protocol's RSA-1024 is no protection for secrets of worth: those are encrypted by the application too.
 * Source: spec 07
 */
export class Maxima implements MaximaHost {
  readonly contacts: ContactBook
  readonly hosts: Hosts
  readonly locations: Locations
  readonly registry = new LocationRegistry()
  readonly #options: MaximaOptions
  readonly #parts: MaximaParts
  readonly #claims = new KeyClaims()
  readonly #events: MaximaEvents
  readonly #errands: Errands
  readonly #sender: Sender
  readonly #receiver: Receiver
  readonly #arrivals: Arrivals
  readonly #outbox: Outbox
  #identity: Identity | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: MaximaOptions, parts: MaximaParts) {
    this.#options = options
    this.#parts = parts
    const { store, now, random, failed } = parts
    const { allowInternal } = options
    this.#events = new MaximaEvents(failed)
    this.#errands = new Errands(failed)
    this.#sender = new Sender({ ...parts, allowInternal, mainKey: () => this.#keys.main })
    const sendContent = (
      address: MaximaAddress,
      content: Content,
      sendOptions: { readonly isTrusted?: boolean; readonly signal?: AbortSignal } = {},
    ): Promise<Delivery> => this.#sender.send(address, this.#sender.compose(address.key, content), sendOptions)
    this.hosts = new Hosts({
      store,
      now,
      allowInternal,
      check: (address, text) => this.#checkRoute(address, text),
      changed: (host, isConnected) => this.#hostChanged(host, isConnected),
      offered: (service) => this.locations.offer(service),
    })
    this.locations = new Locations({
      store,
      now,
      random,
      ownService: () => this.#directAddress(),
      ownAddress: () => this.ownAddress(),
      send: (address, content, signal) =>
        sendContent(address, content, { ...(signal && { signal }), isTrusted: false }),
      registerHere: (entry) => this.registry.set(this.publicKey, entry, now()),
    })
    this.contacts = new ContactBook({
      store,
      now,
      allowInternal,
      card: () => this.#card(),
      mainKey: () => this.#keys.main.publicKey,
      send: sendContent,
      later: (name, work) => this.#errands.add(name, work),
      changed: () => this.#events.announce({ kind: 'contacts' }),
    })
    this.#receiver = new Receiver({
      store,
      now,
      tip: () => parts.chain.tip(),
      privateKeyFor: (publicKey) => this.#privateKeyFor(publicKey),
    })
    this.#outbox = new Outbox({
      store,
      now,
      failed,
      compose: (to, content, attempt) => this.#sender.compose(to, content, attempt),
      idOf: (message) => messageId(encode(MaximaMessage, message)),
      send: (address, message, sendOptions) => this.#sender.send(address, message, sendOptions),
      addressOf: ({ to }) => this.#queuedAddress(to),
      looksElsewhere: (publicKey) => this.#find(publicKey),
      outcome: ({ id }, outcome) => this.#events.announce({ kind: 'posted', id, outcome }),
    })
    this.#arrivals = new Arrivals({
      now,
      hosts: this.hosts,
      contacts: this.contacts,
      registry: this.registry,
      ownKey: () => this.publicKey,
      isPermanent: (key) => this.permanentKeys.includes(key),
      receipt: (id, from) => this.#outbox.acknowledged(id, from),
      announce: (message) => this.#events.announce({ kind: 'message', message }),
      acknowledgeAgain: (message) => this.#sendReceipt(message),
    })
  }

  /** Reads or makes the keys, takes up the outbox. Links are served from then on. */
  async start(): Promise<void> {
    this.#identity = await loadIdentity(this.#parts.store)
    if (this.#isStopped) return
    this.#outbox.start()
    this.#timer = setTimeout(() => this.#round(), FIRST_ROUND_MS).unref()
  }

  /** For good: what waits in the outbox goes on with the next object over the same store. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#errands.stop()
    this.#outbox.stop()
    this.#sender.stop()
  }

  /** Who this node is: its main public key, upper-case hex. @throws MaximaError `not-started` */
  get publicKey(): string {
    return toHex(this.#keys.main.publicKey)
  }

  /** The same in `Mx…` form. */
  get mxPublicKey(): string {
    return formatMxAddress(this.#keys.main.publicKey)
  }

  get name(): string {
    return this.#parts.store.setting('name') ?? 'noname'
  }

  /** Quotes and semicolons are taken out. All contacts are told. @returns the name as it is kept */
  setName(name: string): string {
    const clean = cleanName(name)
    this.#parts.store.setSetting('name', clean)
    this.refresh()
    return clean
  }

  get icon(): string {
    return this.#parts.store.setting('icon') ?? '0x00'
  }

  /** All contacts are told. @throws MaximaError `too-large` */
  setIcon(icon: string): void {
    if (icon.length > ICON_LENGTH_MAX) {
      throw new MaximaError('too-large', `an icon has at most ${ICON_LENGTH_MAX} characters`)
    }
    this.#parts.store.setSetting('icon', icon)
    this.refresh()
  }

  /** Messages and errands that wait to be sent. */
  get waiting(): number {
    return this.#errands.length + this.#sender.waiting + this.#outbox.length
  }

  /** Main keys, upper-case hex, whose address this node's location service tells to everybody. */
  get permanentKeys(): readonly string[] {
    return (this.#parts.store.setting('permanent-keys') ?? '').split(' ').filter((key) => key !== '')
  }

  setPermanentKeys(keys: readonly string[]): void {
    this.#parts.store.setSetting('permanent-keys', [...new Set(keys)].join(' '))
  }

  /** Where others reach this node now: over one of its hosts, else directly. A contact gets a random one of several. */
  ownAddress(): MaximaAddress {
    const addresses = this.hosts.addresses()
    const pick = addresses.length < 2 ? 0 : this.#parts.random(1)[0]! % addresses.length
    return addresses[pick] ?? this.#directAddress()
  }

  /** Address of this node itself, as it is set up or as others see it. */
  ownService(seen: 'local' | 'public' = 'public'): string {
    const { localAddress, publicAddress } = this.#options
    return formatMaximaAddress({
      key: this.#keys.location.publicKey,
      ...(seen === 'local' ? localAddress() : publicAddress()),
    })
  }

  /** Calls back for every event. @returns stops that */
  watch(listener: MaximaListener): () => void {
    return this.#events.add(listener)
  }

  /** Calls back for every message, or those for one application. @returns stops that */
  receive(listener: (message: ReceivedMessage) => void, application?: string): () => void {
    return this.watch((event) => {
      if (event.kind !== 'message') return
      if (application === undefined || event.message.application === application) listener(event.message)
    })
  }

  /**
   * Sends a message once and waits for what the other side says. A text that tells the sender's application that its message
   * was handled is sent by `acknowledge`.
   *
   * @throws MaximaError `unknown-contact`, `bad-address`, `lookup-failed`, `too-large`, `bad-key`, `no-chain`, `work-timeout`,
   *   `not-reached`, `no-answer`, `queue-full`, `not-started`
   */
  async send(target: MaximaTarget, content: Content, signal?: AbortSignal): Promise<Delivery> {
    const address = await this.resolve(target, signal)
    return this.#sender.send(address, this.#sender.compose(address.key, content), {
      isTrusted: 'address' in target,
      ...(signal && { signal }),
    })
  }

  /**
   * Keeps a message and delivers it when that is possible: over restarts, for up to 23 hours, to whatever address the contact
   * has by then. What became of it is told by `posted` events.
   *
   * @returns its number. @throws MaximaError `unknown-contact`, `bad-address`, `too-large`, `queue-full`, `not-started`
   */
  post(target: MaximaTarget, content: Content, { wantsReceipt = false, delayMs = 0 }: PostOptions = {}): number {
    const nowMs = this.#parts.now()
    // Too long a name is refused now and not hours later.
    this.#sender.compose(this.#keys.main.publicKey, content)
    return this.#outbox.add({
      ...content,
      to: this.#queuedTarget(target),
      random: this.#parts.random(RANDOM_BYTES),
      createdMs: nowMs + delayMs,
      expiresMs: nowMs + delayMs + OUTBOX_MS_MAX,
      nextMs: nowMs + delayMs,
      wantsReceipt,
    })
  }

  /**
   * Tells the sender that the application has the message, now and whenever the message comes again. Only contacts can be told:
   * a message does not say where its sender is.
   *
   * @throws MaximaError `unknown-contact`
   */
  acknowledge(message: ReceivedMessage): void {
    if (this.contacts.find({ publicKey: message.from }) === undefined) {
      throw new MaximaError('unknown-contact', 'the sender is no contact, so its address is not known')
    }
    this.#parts.store.acknowledge(messageMark({ from: fromHex(message.from), random: fromHex(message.random) }))
    this.#sendReceipt(message)
  }

  /** Where a target is now. @throws MaximaError `unknown-contact`, `bad-address`, `lookup-failed`, and those of sending */
  async resolve(target: MaximaTarget, signal?: AbortSignal): Promise<MaximaAddress> {
    if ('address' in target) {
      if (!target.address.startsWith(PERMANENT_START)) return parseMaximaAddress(target.address)
      const { key, service } = parsePermanentAddress(target.address)
      return parseMaximaAddress((await this.locations.lookUp(service, toHex(key), signal)).address)
    }
    if ('publicKey' in target && target.publicKey === this.publicKey) return this.ownAddress()
    return parseMaximaAddress(this.#contactOf(target).address)
  }

  /** Forgets a contact. The key by which it reached this node is replaced, so that its address dies; the others get the new one. */
  async remove(id: number): Promise<void> {
    const { myAddress } = this.contacts.remove(id)
    await this.hosts.renewKey(myAddress.slice(myAddress.indexOf('@') + 1))
    this.refresh()
  }

  /** Looks for contacts at their location services now, silent ones or all, and tells all contacts about this node a minute later. */
  lookAround(which: 'silent' | 'all' = 'silent'): void {
    const silentMs = this.#parts.now() - SILENT_MS
    for (const { publicKey, seenMs } of this.contacts.list()) {
      if (which === 'all' || seenMs < silentMs) this.#find(publicKey)
    }
    this.#errands.add('refresh', async () => this.refresh(), REFRESH_AFTER_MS)
  }

  /** Tells services and contacts where this node is. */
  refresh(): void {
    this.#register()
    this.contacts.updateAll()
  }

  greeted(link: MaximaLink): void {
    if (this.#identity === undefined || this.#isStopped) return
    if (link.role === 'incoming') announceService(link, formatMxAddress(this.#identity.location.publicKey))
    else this.hosts.greeted(link).catch(this.#parts.failed)
  }

  keyClaimed(link: MaximaLink, key: Uint8Array): void {
    this.#claims.claim(link, key)
  }

  locationServiceTold(link: MaximaLink, text: string): void {
    this.hosts.serviceTold(link, text)
  }

  deliver(link: MaximaLink, message: MaxTxPoW, payload: Uint8Array): void {
    if (this.#identity === undefined || this.#isStopped) return
    try {
      link.send('ping', encode(dataCodec, this.#deliver(link, message, payload)))
    } catch (error) {
      this.#parts.failed(error)
    }
  }

  closed(link: MaximaLink): void {
    this.#claims.release(link)
    if (!this.#isStopped) this.hosts.closed(link)
  }

  #deliver(link: MaximaLink, message: MaxTxPoW, payload: Uint8Array): Uint8Array {
    const judgement = this.#receiver.judge(message)
    if (judgement.kind === 'refused') return Uint8Array.of(judgement.status)
    if (factsOf(message.txpow).isBlock) this.#parts.foundBlock(message.txpow)
    if (judgement.kind === 'arrived') return this.#arrivals.handle(link, judgement.arrival)
    const client = this.#claims.linkFor(judgement.to)
    const isQueued = client?.send('maximaTxPoW', payload) === true
    return Uint8Array.of(isQueued ? MAXIMA_STATUS.ok : MAXIMA_STATUS.unknown)
  }

  get #keys(): Identity {
    if (this.#identity === undefined || this.#isStopped) {
      throw new MaximaError('not-started', 'messaging is not running; start it first')
    }
    return this.#identity
  }

  #directAddress(): MaximaAddress {
    return { key: this.#keys.location.publicKey, ...this.#options.publicAddress() }
  }

  #privateKeyFor(publicKey: string): Uint8Array | undefined {
    for (const key of Object.values(this.#keys)) if (toHex(key.publicKey) === publicKey) return key.privateKey
    return this.hosts.privateKeyFor(publicKey)
  }

  #checkRoute(address: MaximaAddress, text: string): void {
    const send = async (signal: AbortSignal): Promise<void> => {
      if (this.#parts.chain.tip() === undefined) {
        this.#errands.add(`check ${text}`, send, CHECK_AGAIN_MS)
        return
      }
      const content = { application: RESERVED.check, data: utf8(text) }
      const delivery = await this.#sender.send(address, this.#sender.compose(address.key, content), { signal })
      insistTaken(delivery, address)
    }
    this.#errands.add(`check ${text}`, send)
  }

  #hostChanged(host: string, isConnected: boolean): void {
    this.#events.announce({ kind: 'host', host, isConnected })
    this.#register()
    // Contacts that know an address which does not work any more, or the direct one while there is a host.
    const working = new Set([...this.hosts.addresses(), this.#directAddress()].map(formatMaximaAddress))
    for (const { publicKey, myAddress } of this.contacts.list())
      if (!working.has(myAddress)) this.contacts.update(publicKey)
  }

  #register(): void {
    for (const service of this.locations.services()) {
      this.#errands.add(`register ${service}`, (signal) => this.locations.register(service, signal))
    }
  }

  #find(publicKey: string): void {
    this.#errands.add(`find ${publicKey}`, async (signal) => {
      const contact = this.contacts.find({ publicKey })
      const service = contact && this.contacts.callable(contact.locationService)
      if (contact === undefined || service === undefined) return
      const { address } = await this.locations.lookUp(service, publicKey, signal)
      if (address !== contact.address) this.contacts.moved(publicKey, address)
    })
  }

  #round(): void {
    try {
      this.lookAround()
      this.hosts.recheck()
      this.#parts.store.forgetSeen(this.#parts.now() - SEEN_MS)
    } catch (error) {
      this.#parts.failed(error)
    }
    this.#timer = setTimeout(() => this.#round(), ROUND_MS).unref()
  }

  async #card(): Promise<ContactCard> {
    const { chain, walletAddress } = this.#parts
    const tip = chain.tip()
    const check = chain.below(this.#options.checkDepth)
    if (tip === undefined || check === undefined) {
      throw new MaximaError('no-chain', 'there is no block yet to tell contacts about; connect to a peer first')
    }
    return {
      address: formatMaximaAddress(this.ownAddress()),
      name: this.name,
      icon: this.icon,
      minimaAddress: await walletAddress(),
      topBlock: String(tip.number),
      checkBlock: String(check.number),
      checkHash: check.id,
      locationService: this.locations.service(),
    }
  }

  #contactOf(target: { readonly contact: number } | { readonly publicKey: string }): Contact {
    const contact = this.contacts.find('contact' in target ? { id: target.contact } : target)
    if (contact !== undefined) return contact
    const name = 'contact' in target ? `ID : ${target.contact}` : `publickey : ${target.publicKey}`
    throw new MaximaError('unknown-contact', `No Contact found for ${name}`)
  }

  #queuedTarget(target: MaximaTarget): QueuedMessage['to'] {
    if ('address' in target) return { address: formatMaximaAddress(parseMaximaAddress(target.address)) }
    if ('publicKey' in target && target.publicKey === this.publicKey) return { contact: this.publicKey }
    return { contact: this.#contactOf(target).publicKey }
  }

  #queuedAddress(to: QueuedMessage['to']): MaximaAddress | undefined {
    if ('address' in to) return readMaximaAddress(to.address)
    if (to.contact === this.publicKey) return this.ownAddress()
    const contact = this.contacts.find({ publicKey: to.contact })
    return contact && this.contacts.callable(contact.address)
  }

  #sendReceipt({ id, from }: ReceivedMessage): void {
    this.#errands.add(`receipt ${id}`, async (signal) => {
      const contact = this.contacts.find({ publicKey: from })
      const address = contact && this.contacts.callable(contact.address)
      if (address === undefined) return
      const content = { application: RECEIPT_APPLICATION, data: fromHex(id) }
      const delivery = await this.#sender.send(address, this.#sender.compose(address.key, content), { signal })
      insistTaken(delivery, address)
    })
  }
}
