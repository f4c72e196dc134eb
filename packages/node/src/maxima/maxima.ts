import { encode, formatMxAddress, fromHex, toHex } from '@minipolis/minima'
import type { MaximaHost } from '../peers/maxima-host.ts'
import { formatMaximaAddress, type MaximaAddress } from './address.ts'
import { Arrivals } from './arrivals.ts'
import { ContactBook } from './contact-book.ts'
import { Errands } from './errands.ts'
import { MaximaEvents, type MaximaListener, type ReceivedMessage } from './events.ts'
import { Hosts } from './hosts.ts'
import { type Identity, loadIdentity } from './identity.ts'
import { LocationRegistry } from './location-registry.ts'
import { Locations } from './locations.ts'
import { MaximaError } from './maxima-error.ts'
import { CONTENT_BYTES_MAX, type Content, MaximaMessage, messageId, messageMark } from './message.ts'
import { OUTBOX_MS_MAX, Outbox } from './outbox.ts'
import { ownCard } from './own-card.ts'
import type { MaximaOptions, MaximaParts } from './parts.ts'
import { PostOffice } from './post-office.ts'
import { Profile } from './profile.ts'
import { Receiver } from './receiver.ts'
import { type Delivery, Sender, type SendOptions } from './sender.ts'
import { isOwnersAddress, type MaximaTarget, Targets } from './targets.ts'
import { Upkeep } from './upkeep.ts'

export interface PostOptions {
  /** Keep and repeat the message until the receiver's application acknowledges it. */
  readonly wantsReceipt?: boolean
  /** Milliseconds until the first attempt. */
  readonly delayMs?: number
}

/** A message that is ready to be sent. */
export interface PreparedMessage {
  readonly target: MaximaTarget
  readonly address: MaximaAddress
  readonly message: MaximaMessage
  /** Names the message, 32 bytes. */
  readonly id: Uint8Array
}

const idOf = (message: MaximaMessage): Uint8Array => messageId(encode(MaximaMessage, message))

/**
 * Signed and encrypted messages between people and machines, without a broker. Whoever sees a message sees for which key it is,
 * not what it says; the protocol's RSA-1024 is no protection for secrets of worth: applications encrypt those themselves.
 * Source: spec 07
 */
export class Maxima {
  readonly profile: Profile
  readonly contacts: ContactBook
  readonly hosts: Hosts
  readonly locations: Locations
  readonly registry = new LocationRegistry()
  /** What connections hand to messaging. */
  readonly links: MaximaHost
  readonly #options: MaximaOptions
  readonly #parts: MaximaParts
  readonly #events: MaximaEvents
  readonly #errands: Errands
  readonly #sender: Sender
  readonly #outbox: Outbox
  readonly #targets: Targets
  readonly #upkeep: Upkeep
  #identity: Identity | undefined
  #isStopped = false

  constructor(options: MaximaOptions, parts: MaximaParts) {
    this.#options = options
    this.#parts = parts
    const { store, now, random, failed, chain } = parts
    const { allowInternal } = options
    const send = (address: MaximaAddress, content: Content, how?: SendOptions): Promise<Delivery> =>
      this.#sender.send(address, this.#sender.compose(address.key, content), how)
    const ownAddress = (): MaximaAddress => this.ownAddress()
    const directAddress = (): MaximaAddress => this.#directAddress()

    this.#events = new MaximaEvents(failed)
    this.#errands = new Errands(failed)
    this.#sender = new Sender({ ...parts, allowInternal, mainKey: () => this.#keys.main })
    this.profile = new Profile(store, () => this.refresh())
    this.hosts = new Hosts({
      store,
      now,
      allowInternal,
      check: (address, text) => this.#upkeep.checkRoute(address, text),
      changed: (host, isConnected) => {
        this.#events.announce({ kind: 'host', host, isConnected })
        this.#upkeep.hostChanged()
      },
      offered: (service) => this.locations.offer(service),
    })
    this.locations = new Locations({
      store,
      now,
      random,
      send,
      ownAddress,
      ownService: directAddress,
      registerHere: (entry) => this.registry.set(this.publicKey, entry, now()),
    })
    this.contacts = new ContactBook({
      store,
      now,
      allowInternal,
      send,
      card: () => ownCard({ ...parts, ...options, profile: this.profile, locations: this.locations, ownAddress }),
      mainKey: () => this.#keys.main.publicKey,
      later: (name, work) => this.#errands.add(name, work),
      changed: () => this.#events.announce({ kind: 'contacts' }),
    })
    const { contacts, locations, hosts, registry } = this
    const ownKey = (): string => this.publicKey
    this.#targets = new Targets({ contacts, locations, ownKey, ownAddress })
    this.#upkeep = new Upkeep({
      ...{ contacts, hosts, locations, store, now, failed, send, directAddress },
      errands: this.#errands,
      hasChain: () => chain.tip() !== undefined,
    })
    const receiver = new Receiver({
      store,
      now,
      tip: () => chain.tip(),
      privateKeyFor: (publicKey) => this.#privateKeyFor(publicKey),
    })
    this.#outbox = new Outbox({
      store,
      now,
      failed,
      idOf,
      compose: (to, content, attempt) => this.#sender.compose(to, content, attempt),
      send: (address, message, how) => this.#sender.send(address, message, how),
      addressOf: ({ to }) => this.#targets.addressOf(to),
      looksElsewhere: (publicKey) => this.#upkeep.find(publicKey),
      outcome: ({ id }, outcome) => this.#events.announce({ kind: 'posted', id, outcome }),
    })
    const arrivals = new Arrivals({
      ...{ now, hosts, contacts, registry, ownKey },
      isPermanent: (key) => this.profile.permanentKeys.includes(key),
      receipt: (id, from) => this.#outbox.acknowledged(id, from),
      announce: (message) => this.#events.announce({ kind: 'message', message }),
      acknowledgeAgain: ({ id, from }) => this.#upkeep.sendReceipt(id, from),
    })
    this.links = new PostOffice({
      ...{ hosts, receiver, arrivals, failed },
      serviceKey: () => (this.#isStopped ? undefined : this.#identity?.location.publicKey),
      foundBlock: parts.foundBlock,
    })
  }

  /** Reads or makes the keys, takes up the outbox. Links are served from then on. */
  async start(): Promise<void> {
    this.#identity = await loadIdentity(this.#parts.store)
    if (this.#isStopped) return
    this.#outbox.start()
    this.#upkeep.start()
  }

  /** For good: what waits in the outbox goes on with the next object over the same store. */
  stop(): void {
    this.#isStopped = true
    this.#upkeep.stop()
    this.hosts.stop()
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

  /** The key that signs this node's messages, PKCS#8 DER. Whoever has it is this node. @throws MaximaError `not-started` */
  get privateKey(): Uint8Array {
    return this.#keys.main.privateKey
  }

  /** Messages and errands that wait to be sent. */
  get waiting(): number {
    return this.#errands.length + this.#sender.waiting + this.#outbox.length
  }

  /** Where others reach this node now: over one of its hosts, a random one of several, else directly. */
  ownAddress(): MaximaAddress {
    const addresses = this.hosts.addresses()
    const pick = addresses.length < 2 ? 0 : this.#parts.random(1)[0]! % addresses.length
    return addresses[pick] ?? this.#directAddress()
  }

  /** Address of this node itself, as it is set up or as others see it. */
  ownService(seen: 'local' | 'public' = 'public'): string {
    const { host, port } = seen === 'local' ? this.#options.localAddress() : this.#options.publicAddress()
    return formatMaximaAddress({ key: this.#keys.location.publicKey, host, port })
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
   * Sends a message once and waits for what the other side says.
   *
   * @throws MaximaError as `prepare` and `sendPrepared`
   */
  async send(target: MaximaTarget, content: Content, signal?: AbortSignal): Promise<Delivery> {
    return this.sendPrepared(await this.prepare(target, content, signal), signal)
  }

  /** Finds the address and names the message. @throws MaximaError `unknown-contact`, `bad-address`, `lookup-failed`, `too-large` */
  async prepare(target: MaximaTarget, content: Content, signal?: AbortSignal): Promise<PreparedMessage> {
    const address = await this.resolve(target, signal)
    const message = this.#sender.compose(address.key, content)
    return { target, address, message, id: idOf(message) }
  }

  /** A message that asks somebody to become a contact. @throws MaximaError as `prepare`, `contacts-closed`, `contacts-full`, `no-chain` */
  async prepareIntroduction(target: MaximaTarget, signal?: AbortSignal): Promise<PreparedMessage> {
    return this.prepare(target, await this.contacts.introduction(), signal)
  }

  /** @throws MaximaError `too-large`, `bad-key`, `no-chain`, `work-timeout`, `not-reached`, `no-answer`, `queue-full`, `not-started` */
  async sendPrepared({ target, address, message }: PreparedMessage, signal?: AbortSignal): Promise<Delivery> {
    return this.#sender.send(address, message, { isTrusted: isOwnersAddress(target), ...(signal && { signal }) })
  }

  /**
   * Keeps a message and delivers it when that is possible: over restarts, for up to 23 hours, to whatever address the contact
   * has by then. What became of it is told by `posted` events.
   *
   * @returns its number. @throws MaximaError `unknown-contact`, `bad-address`, `too-large`, `queue-full`, `not-started`
   */
  post(target: MaximaTarget, content: Content, options: PostOptions = {}): number {
    return this.postPrepared({ target, message: this.#sender.compose(this.#keys.main.publicKey, content) }, options)
  }

  /** As `post`, with the random part and the time of a message that was named already. */
  postPrepared(
    { target, message }: Pick<PreparedMessage, 'target' | 'message'>,
    { wantsReceipt = false, delayMs = 0 }: PostOptions = {},
  ): number {
    const size = Buffer.byteLength(message.application) + message.data.length
    if (size > CONTENT_BYTES_MAX) {
      const detail = `application and data take ${size} bytes, at most ${CONTENT_BYTES_MAX}; split the message`
      throw new MaximaError('too-large', detail, { size, limit: CONTENT_BYTES_MAX })
    }
    const createdMs = Number(message.time.toBigInt())
    return this.#outbox.add({
      to: this.#targets.queued(target),
      application: message.application,
      data: message.data,
      random: message.random,
      createdMs,
      expiresMs: createdMs + OUTBOX_MS_MAX,
      nextMs: createdMs + delayMs,
      wantsReceipt,
    })
  }

  /**
   * Tells the sender that the application has the message, now and whenever the message comes again. Only contacts can be told:
   * a message does not say where its sender is.
   *
   * @throws MaximaError `unknown-contact`
   */
  acknowledge({ id, from, random }: ReceivedMessage): void {
    if (this.contacts.find({ publicKey: from }) === undefined) {
      throw new MaximaError('unknown-contact', 'the sender is no contact, so its address is not known')
    }
    this.#parts.store.acknowledge(messageMark({ from: fromHex(from), random: fromHex(random) }))
    this.#upkeep.sendReceipt(id, from)
  }

  /** Where a target is now. @throws MaximaError `unknown-contact`, `bad-address`, `lookup-failed`, and those of sending */
  async resolve(target: MaximaTarget, signal?: AbortSignal): Promise<MaximaAddress> {
    return this.#targets.resolve(target, signal)
  }

  /** Forgets a contact. The key by which it reached this node is replaced, so that its address dies; the others get the new one. */
  async remove(id: number): Promise<void> {
    const { myAddress } = this.contacts.remove(id)
    await this.hosts.renewKey(myAddress.slice(myAddress.indexOf('@') + 1))
    this.refresh()
  }

  /** Looks for contacts at their location services now, silent ones or all, and tells all contacts about this node a minute later. */
  lookAround(which: 'silent' | 'all' = 'silent'): void {
    this.#upkeep.lookAround(which)
  }

  /** Tells services and contacts where this node is. */
  refresh(): void {
    this.#upkeep.refresh()
  }

  get #keys(): Identity {
    if (this.#identity === undefined || this.#isStopped) {
      throw new MaximaError('not-started', 'messaging is not running; start it first')
    }
    return this.#identity
  }

  #directAddress(): MaximaAddress {
    const { host, port } = this.#options.publicAddress()
    return { key: this.#keys.location.publicKey, host, port }
  }

  #privateKeyFor(publicKey: string): Uint8Array | undefined {
    const { main, location } = this.#keys
    for (const key of [main, location]) if (toHex(key.publicKey) === publicKey) return key.privateKey
    return this.hosts.privateKeyFor(publicKey)
  }
}
