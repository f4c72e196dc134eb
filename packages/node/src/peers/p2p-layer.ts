import { type RandomBytes, toHex } from '@minipolis/minima'
import type { P2PAddress, P2PMessage, P2PWalk } from '../wire/index.ts'
import { BoundedMap } from './bounded-map.ts'
import { KnownPeers } from './known-peers.ts'
import { OwnHost } from './own-host.ts'
import { type Link, type NewLink, P2PLinks } from './p2p-links.ts'
import type { P2PSettings } from './p2p-settings.ts'
import { formatAddress, isDialable, isInternal, type PeerAddress } from './peer-address.ts'

export type P2PAction =
  | { readonly do: 'send'; readonly to: number; readonly message: P2PMessage }
  | { readonly do: 'connect'; readonly address: PeerAddress }
  | { readonly do: 'disconnect'; readonly id: number }
  /** Find out whether the node is there, is on our chain, and answer with `probed`. */
  | { readonly do: 'probe'; readonly address: PeerAddress }

/** Entries of a path from which on a walk ends. */
const PATH_MAX = 9
/** Milliseconds for which the answer to a walk is accepted. */
const ANSWER_MS = 30_000
/** Milliseconds between two wishes of others that this node follows. */
const SWAP_MS = 600_000
/** Outgoing links that no wish of others ends. */
const KEPT_LINKS = 2
const WALKS_MAX = 64
const REACH_MS = 3_600_000
const REST_MS = 600_000

/**
 * Finds peers: tells and hears of others, walks over links to find places, and keeps some links in and out. Stricter than the
 * reference with what strangers wish, see spec 06 section 13.3.
 */
export class P2PLayer {
  readonly #settings: P2PSettings
  readonly #random: RandomBytes
  readonly #links = new P2PLinks()
  readonly #known: KnownPeers
  /** Walks of our own, by secret, with the time they began. */
  readonly #walks = new BoundedMap<number>(WALKS_MAX)
  readonly #own: OwnHost
  #loopMs = 0
  #reachMs: number | undefined
  #acceptsLinks: boolean
  #swapMs = Number.NEGATIVE_INFINITY
  /** When the first peer that answered was called at once, without waiting for the next round. */
  #firstDialMs = Number.NEGATIVE_INFINITY

  constructor(settings: P2PSettings, random: RandomBytes) {
    this.#settings = settings
    this.#random = random
    this.#own = new OwnHost(settings.host, settings.allowInternal)
    this.#acceptsLinks = settings.acceptsLinks
    this.#known = new KnownPeers(settings.allowInternal, random)
    for (const seed of settings.seeds) this.#known.addSeed(seed)
    this.#known.addKept(settings.suggested ?? [])
  }

  /** Peers that are worth telling others of. */
  known(): PeerAddress[] {
    return this.#known.all()
  }

  /** Peers to begin with after the next start. */
  toKeep(): PeerAddress[] {
    return this.#known.toKeep()
  }

  /** This node's address as its peers see it, or as it was set; undefined as long as too few agree. */
  get host(): string | undefined {
    return this.#own.host
  }

  /** Takes addresses of the operator; each is probed before it is used. */
  addPeers(addresses: readonly PeerAddress[]): void {
    this.#known.addKept(addresses)
  }

  /** Probes all known peers again. */
  checkPeers(): void {
    this.#known.checkAgain()
  }

  /** This node was reached there by itself: such an address is nobody to connect to. */
  isSelf(address: PeerAddress): void {
    this.#own.met(address)
    this.#known.forget(address)
  }

  linkUp(link: NewLink, port: number, nowMs: number): P2PAction[] {
    this.#own.port = port
    this.#links.add(link)
    const actions: P2PAction[] = [{ do: 'send', to: link.id, message: this.#greeting() }]
    // Only peers of our own choice are asked: whoever calls this node could call it often, to be the majority.
    if (this.#own.host === undefined && link.isOutgoing) {
      const secret = this.#secret(12)
      this.#own.asks(link.id, secret, nowMs)
      actions.push({ do: 'send', to: link.id, message: { kind: 'ask-ip', secret } })
    }
    return actions
  }

  linkDown(id: number): void {
    this.#links.remove(id)
    this.#own.gone(id)
  }

  message(from: number, message: P2PMessage, nowMs: number): P2PAction[] {
    const link = this.#links.get(from)
    if (link === undefined) return []
    switch (message.kind) {
      case 'greeting':
        return this.#greeted(link, message)
      case 'ask-ip':
        return [{ do: 'send', to: from, message: { kind: 'tell-ip', ip: link.ip, secret: message.secret } }]
      case 'tell-ip':
        this.#own.told(from, link.ip, message, nowMs)
        return []
      case 'walk':
        return message.isReturning ? this.#walkBack(message, nowMs) : this.#walkOn(link, message)
      case 'swap':
        return this.#swap(link, message.target, nowMs)
      case 'not-accepting':
        if (link.kind === 'link') link.kind = 'client'
        return []
    }
  }

  /** What came of a probe. */
  probed(address: PeerAddress, isGood: boolean, nowMs: number): P2PAction[] {
    this.#known.checked(address, { isGood, isOnline: this.#links.size > 0, nowMs })
    const isAlone = !this.#links.all().some(({ isOutgoing }) => isOutgoing)
    if (!isGood || !isAlone || nowMs - this.#firstDialMs < this.#settings.loopMs || this.#own.is(address)) return []
    this.#firstDialMs = nowMs
    return [{ do: 'connect', address }]
  }

  tick(nowMs: number): P2PAction[] {
    const actions: P2PAction[] = this.#checkReach(nowMs)
    const candidate = this.#known.nextToCheck(nowMs)
    if (candidate !== undefined) actions.push({ do: 'probe', address: candidate })
    const out = this.#links.outgoing()
    const { links, loopMs, restMs = REST_MS } = this.#settings
    if (nowMs - this.#loopMs < (out.length >= links ? restMs : loopMs)) return actions
    this.#loopMs = nowMs
    if (out.length === 0) {
      const peer = this.#pick(
        this.#known.all().filter((address) => !this.#own.is(address) && !this.#links.isLinked(address)),
      )
      if (peer !== undefined) actions.push({ do: 'connect', address: peer })
    } else if (out.length < this.#settings.links) {
      actions.push(...this.#startWalk(out, 'joining', nowMs))
    } else if (this.#acceptsLinks && this.#links.incoming().length < this.#settings.links) {
      actions.push(...this.#startWalk(out, 'wanting', nowMs))
    }
    actions.push(...this.#relieve(nowMs))
    return actions
  }

  #greeted(link: Link, greeting: Extract<P2PMessage, { readonly kind: 'greeting' }>): P2PAction[] {
    link.port = greeting.port
    link.kind = greeting.neighbourhood === undefined ? 'client' : 'link'
    if (link.isOutgoing && this.#links.outgoing().length > this.#settings.links) {
      return [{ do: 'disconnect', id: link.id }]
    }
    const own = link.kind === 'link' ? [{ host: link.ip, port: greeting.port }] : []
    this.#known.suggest(
      [...own, ...greeting.knownPeers].filter((address) => !this.#own.is(address)),
      link.ip,
    )
    return []
  }

  #startWalk(over: readonly Link[], purpose: 'joining' | 'wanting' | 'clients', nowMs: number): P2PAction[] {
    const first = this.#pick(over)
    if (first === undefined) return []
    const secret = this.#secret(8)
    this.#walks.set(secret, nowMs)
    const message: P2PWalk = {
      kind: 'walk',
      secret,
      walkInLinks: purpose !== 'wanting',
      isJoining: purpose === 'joining',
      isClient: purpose === 'clients',
      clientSlots: 0,
      isReturning: false,
      path: [],
    }
    return [{ do: 'send', to: first.id, message }]
  }

  /** With more clients than it wants, a node looks for others that have places. Source: spec 06 section 8.7 */
  #relieve(nowMs: number): P2PAction[] {
    const incoming = this.#links.incoming()
    if (!this.#acceptsLinks || this.#links.clients().length <= this.#settings.clients) return []
    const walks = Math.floor(incoming.length / this.#settings.links)
    return Array.from({ length: walks }, () => this.#startWalk(incoming, 'clients', nowMs)).flat()
  }

  /** A node with links out that nobody ever connected to cannot be reached, and says so. Source: spec 06 section 8.10 */
  #checkReach(nowMs: number): P2PAction[] {
    this.#reachMs ??= nowMs
    if (nowMs - this.#reachMs < (this.#settings.reachMs ?? REACH_MS)) return []
    this.#reachMs = nowMs
    const links = this.#links.all()
    if (!this.#acceptsLinks || links.length === 0 || links.some(({ isOutgoing }) => !isOutgoing)) return []
    this.#acceptsLinks = false
    return links.map(({ id }) => ({ do: 'send', to: id, message: { kind: 'not-accepting' } }))
  }

  #walkOn(from: Link, walk: P2PWalk): P2PAction[] {
    if (from.kind === 'new') return []
    const path = [...walk.path, { host: from.host, port: from.port }]
    const seen = new Set(path.map(formatAddress))
    const candidates = (walk.walkInLinks ? this.#links.incoming() : this.#links.outgoing()).filter(
      ({ host, port }) => !seen.has(formatAddress({ host, port })),
    )
    const next = path.length < PATH_MAX ? this.#pick(candidates) : undefined
    if (next !== undefined) return [{ do: 'send', to: next.id, message: { ...walk, path } }]
    return walk.walkInLinks ? this.#turnBack(from, walk, path) : this.#giveLink(walk, path)
  }

  #turnBack(from: Link, walk: P2PWalk, path: readonly P2PAddress[]): P2PAction[] {
    const own = this.#own.address
    if (own === undefined) return []
    const message: P2PWalk = {
      ...walk,
      isReturning: true,
      clientSlots: walk.isClient
        ? Math.max(0, this.#settings.clients - this.#links.clients().length)
        : walk.clientSlots,
      path: [...path, own],
    }
    return [{ do: 'send', to: from.id, message }]
  }

  /** Too many links come in here: one of them is asked to go to the node that wants some. */
  #giveLink({ secret }: P2PWalk, path: readonly P2PAddress[]): P2PAction[] {
    const incoming = this.#links.incoming()
    const target = path[0]
    if (target === undefined || incoming.length <= this.#settings.links) return []
    const link = this.#pick(incoming.slice(0, -1))
    return link === undefined ? [] : [{ do: 'send', to: link.id, message: { kind: 'swap', secret, target } }]
  }

  #walkBack(walk: P2PWalk, nowMs: number): P2PAction[] {
    const origin = walk.path[0]
    if (origin === undefined) return []
    if (!this.#own.is(origin)) return this.#passBack(walk)
    const begun = this.#walks.get(walk.secret)
    if (begun === undefined || nowMs - begun > ANSWER_MS) return []
    this.#walks.delete(walk.secret)
    if (walk.isClient) return this.#sendClients(walk)
    if (!walk.isJoining || this.#links.outgoing().length >= this.#settings.links) return []
    const target = [...walk.path]
      .reverse()
      .find((address) => !this.#own.is(address) && !this.#links.isLinked(address) && this.#isWelcome(address))
    return target === undefined ? [] : [{ do: 'connect', address: target }]
  }

  /** The walk found a node with places: some clients are asked to go there. */
  #sendClients({ secret, path, clientSlots }: P2PWalk): P2PAction[] {
    const target = path.at(-1)
    const clients = this.#links.clients()
    if (target === undefined || this.#own.is(target) || clients.length <= this.#settings.clients) return []
    const count = Math.min(clientSlots, Math.floor(this.#settings.clients / 2))
    return clients.slice(0, Math.max(0, count)).map(({ id }) => ({
      do: 'send',
      to: id,
      message: { kind: 'swap', secret, target },
    }))
  }

  #passBack(walk: P2PWalk): P2PAction[] {
    const own = walk.path.findLastIndex((address) => this.#own.is(address))
    const before = own > 0 ? walk.path[own - 1] : undefined
    if (before === undefined) return []
    const link = this.#links.all().find(({ host, port }) => host === before.host && port === before.port)
    return link === undefined ? [] : [{ do: 'send', to: link.id, message: walk }]
  }

  /** Followed rarely, only for links of our own choice, and never below a few links; the target is probed like any other. */
  #swap(from: Link, target: P2PAddress, nowMs: number): P2PAction[] {
    const isAllowed =
      from.isOutgoing &&
      from.kind === 'link' &&
      this.#links.outgoing().length > KEPT_LINKS &&
      nowMs - this.#swapMs >= SWAP_MS &&
      this.#isWelcome(target) &&
      this.#known.isVerified(target)
    if (!isAllowed) {
      this.#known.suggest([target], from.ip)
      return []
    }
    this.#swapMs = nowMs
    return [
      { do: 'connect', address: target },
      { do: 'disconnect', id: from.id },
    ]
  }

  #greeting(): P2PMessage {
    const addresses = (links: readonly Link[]): P2PAddress[] => links.map(({ host, port }) => ({ host, port }))
    const own = this.#own.address
    return {
      kind: 'greeting',
      port: this.#own.port,
      neighbourhood: this.#acceptsLinks
        ? {
            clients: this.#links.clients().length,
            clientsMax: this.#settings.clients,
            outLinks: addresses(this.#links.outgoing()),
            inLinks: addresses(this.#links.incoming()),
          }
        : undefined,
      knownPeers: [...this.#known.all(), ...(this.#acceptsLinks && own !== undefined ? [own] : [])],
    }
  }

  #isWelcome(address: P2PAddress): boolean {
    return isDialable(address) && (this.#settings.allowInternal || !isInternal(address.host))
  }

  #secret(bytes: number): string {
    return toHex(this.#random(bytes))
  }

  #pick<T>(from: readonly T[]): T | undefined {
    if (from.length === 0) return undefined
    const [high, low] = this.#random(2)
    return from[(high! * 256 + low!) % from.length]
  }
}
