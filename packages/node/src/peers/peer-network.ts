import type { Server, Socket } from 'node:net'
import { type TxPoW, toHex } from '@minipolis/minima'
import { NodeError } from '../errors/index.ts'
import { DEFAULT_SIZES, printP2P } from '../wire/index.ts'
import { AddressBudgets } from './address-budgets.ts'
import { Conduct } from './conduct.ts'
import { Connection } from './connection.ts'
import { Connections } from './connections.ts'
import { dial } from './dial.ts'
import { Dialer, type Loss, RECONNECT_MS } from './dialer.ts'
import { Discovery } from './discovery.ts'
import { Dispatcher } from './dispatcher.ts'
import { listen } from './listen.ts'
import type { MaximaHost } from './maxima-host.ts'
import { MaximaRelay } from './maxima-relay.ts'
import { formatAddress, isDialable, type PeerAddress, plainIp, siteOf } from './peer-address.ts'
import { type PeerInfo, peerInfo } from './peer-event.ts'
import type { PeerNetworkOptions, PeerNetworkParts } from './peer-network-options.ts'
import { Services } from './services.ts'
import { type Role, Session } from './session.ts'
import type { CloseReason } from './session-action.ts'
import { SignsOfLife } from './signs-of-life.ts'
import { DEFAULT_SLOTS, Slots } from './slots.ts'
import { Traffic } from './traffic.ts'
import { UnitFetch } from './unit-fetch.ts'

const TICK_MS = 500

/** All connections of a node to others: who is let in, who is called, and what goes where. */
export class PeerNetwork {
  readonly #options: PeerNetworkOptions
  readonly #parts: PeerNetworkParts
  readonly #connections: Connections
  readonly #slots: Slots
  readonly #conduct = new Conduct()
  readonly #budgets = new AddressBudgets()
  readonly #units: UnitFetch
  readonly #dispatcher: Dispatcher
  readonly #maxima: MaximaHost
  readonly #dialer: Dialer
  readonly #discovery: Discovery | undefined
  /** Bytes that went over all connections. */
  readonly traffic: Traffic
  readonly #dialling = new Set<Socket>()
  #server: Server | undefined
  #timer: NodeJS.Timeout | undefined
  #signs: SignsOfLife | undefined
  #nextId = 1
  #port = 0

  constructor(options: PeerNetworkOptions, parts: PeerNetworkParts) {
    this.#options = options
    this.#parts = parts
    this.#connections = new Connections(options.heldBytesMax)
    this.#units = new UnitFetch(parts.chain, this.#connections)
    this.#slots = new Slots(options.slots ?? DEFAULT_SLOTS)
    this.#dialer = new Dialer(options.reconnectMs ?? RECONNECT_MS)
    this.#maxima = parts.maxima ?? new MaximaRelay()
    this.traffic = new Traffic(parts.now())
    this.#discovery =
      options.p2p &&
      new Discovery(options.p2p, parts, {
        send: (to, message) => this.#connections.tell(to, { name: 'p2p', value: printP2P(message) }),
        connect: (address) => this.#follow(address),
        disconnect: (id) => this.#part(id),
      })
    this.#dispatcher = new Dispatcher({
      ...parts,
      connections: this.#connections,
      units: this.#units,
      services: new Services(parts, this.#budgets),
      conduct: this.#conduct,
      maxima: this.#maxima,
      discovery: this.#discovery,
      port: () => this.#port,
    })
  }

  /** The port that is listened at; 0 when nobody is accepted. */
  get port(): number {
    return this.#port
  }

  /** Opens the port and begins to connect. @throws PeersError `listen-failed` */
  async start(): Promise<void> {
    const nowMs = this.#parts.now()
    if (this.#options.port !== undefined) await this.#listen(this.#options.port)
    this.#signs = new SignsOfLife(this.#parts.chain, nowMs)
    for (const address of this.#options.connect ?? []) this.#dialer.add(address, true, nowMs)
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#dialDue(nowMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#discovery?.stop()
    for (const socket of this.#dialling) socket.destroy()
    for (const connection of this.#connections.all()) connection.close('stopped')
    const server = this.#server
    this.#server = undefined
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /** Keeps a connection to this address. */
  connect(address: PeerAddress): void {
    const nowMs = this.#parts.now()
    this.#conduct.forgive(siteOf(address.host))
    this.#dialer.add(address, true, nowMs)
    this.#dialDue(nowMs)
  }

  /** Ends connections to this address, or the connection with this number, and does not connect again. */
  disconnect(which: PeerAddress | number): void {
    for (const connection of this.#connections.all()) {
      const { id, dialled } = connection
      const isMeant =
        typeof which === 'number'
          ? id === which
          : dialled !== undefined && formatAddress(dialled) === formatAddress(which)
      if (!isMeant) continue
      if (dialled !== undefined) this.#dialer.remove(dialled)
      connection.close('stopped')
    }
    if (typeof which !== 'number') this.#dialer.remove(which)
  }

  peers(): PeerInfo[] {
    return this.#connections.all().map(peerInfo)
  }

  /** Nodes that answered a probe on our chain: to be told to others, and to begin with after a start. */
  knownPeers(): PeerAddress[] {
    return this.#discovery?.known ?? []
  }

  /** Whether there is anybody to call: set by hand, known, or on a list that is being probed. */
  get hasAnybodyToCall(): boolean {
    return this.#dialer.size > 0 || this.#discovery?.hasAny === true
  }

  /** This node's address as several of its peers see it; undefined when it was not found out. */
  get ownHost(): string | undefined {
    return this.#discovery?.ownHost
  }

  /** Takes addresses to find peers at; each is probed before it is used. Nothing happens without discovery. */
  addPeers(addresses: readonly PeerAddress[]): void {
    this.#discovery?.add(addresses)
  }

  /** Probes all known peers again. */
  checkPeers(): void {
    this.#discovery?.checkAgain()
  }

  /** Ends all connections, forgives all faults, and calls again whom this node keeps connected. */
  restart(): void {
    for (const site of this.banned()) this.#conduct.forgive(site)
    for (const connection of this.#connections.all()) connection.close('restarted')
    this.#dialer.dialAll()
  }

  /** IPv4 addresses, and blocks of IPv6 addresses, that are kept out. */
  banned(): string[] {
    return this.#conduct.banned(this.#parts.now())
  }

  /** Tells all peers of a unit of our own, and of the blocks that entered the tree with it. */
  publish(txpowId: Uint8Array, blocks: readonly Uint8Array[]): void {
    this.#connections.announce('txpowId', txpowId)
    this.#units.have(toHex(txpowId))
    for (const block of blocks) this.#connections.announce('txblockId', block)
  }

  /** Sends an operator's text to all peers, or to the one with this number. */
  say(text: string, to?: number): void {
    if (to === undefined) {
      this.#connections.broadcast({ name: 'text', value: text })
      return
    }
    this.#connections.tell(to, { name: 'text', value: text })
  }

  /** Offers work to nodes that make no blocks of their own. */
  offerWork(template: TxPoW): void {
    this.#connections.broadcast({ name: 'txblockMine', value: template })
  }

  async #listen(port: number): Promise<void> {
    const listener = await listen(this.#options.bind ?? '0.0.0.0', port, (socket) => this.#accept(socket))
    listener.server.on('error', (error) => this.#parts.told?.({ kind: 'failed', error }))
    this.#server = listener.server
    this.#port = listener.port
  }

  #accept(socket: Socket): void {
    const ip = plainIp(socket.remoteAddress ?? '')
    const site = siteOf(ip)
    const nowMs = this.#parts.now()
    const isWelcome =
      ip !== '' &&
      !this.#conduct.isBanned(site, nowMs) &&
      this.#budgets.tryTake('connect', site, nowMs) &&
      this.#slots.tryTake(ip)
    if (!isWelcome) {
      socket.destroy()
      return
    }
    this.#open(socket, ip, 'incoming', undefined)
  }

  #dialDue(nowMs: number): void {
    for (const address of this.#dialer.due(nowMs)) this.#dial(address)
  }

  #dial(address: PeerAddress): void {
    const socket = dial(address, {
      connected: () => {
        this.#dialling.delete(socket)
        // It may have been taken away meanwhile.
        if (!this.#dialer.has(address)) {
          socket.destroy()
          return
        }
        this.#open(socket, plainIp(socket.remoteAddress ?? address.host), 'outgoing', address)
      },
      failed: () => {
        this.#dialling.delete(socket)
        this.#lost(address, { reason: 'ended', wasGreeted: false })
      },
    })
    this.#dialling.add(socket)
  }

  #open(socket: Socket, ip: string, role: Role, dialled: PeerAddress | undefined): void {
    const { chain, sync, now } = this.#parts
    const session = new Session({
      role,
      chain,
      sync,
      own: { port: this.#port, host: this.#options.host },
      nowMs: now(),
    })
    const connection = new Connection({
      id: this.#nextId++,
      socket,
      ip,
      dialled,
      session,
      sizes: () => ({
        ibdBytesMax: this.#options.ibdBytesMax ?? DEFAULT_SIZES.ibdBytesMax,
        txpowBytesMax: chain.txpowBytesMax,
      }),
      now,
      act: (from, actions) => this.#dispatcher.act(from, actions),
      guarded: (work) => this.#guarded(work),
      closed: (from, reason) => this.#closed(from, reason),
      held: (from, bytes) => this.#connections.held(from, bytes),
      traffic: this.traffic,
    })
    const otherEnd = this.#connections.all().find((other) => other.isOtherEndOf(connection))
    this.#connections.add(connection)
    if (otherEnd !== undefined) this.#endSelfCall(otherEnd, connection)
    else connection.open()
  }

  /** Nobody tells a node which of the addresses that it hears of is its own; it shows when it calls there. */
  #endSelfCall(...ends: readonly Connection[]): void {
    for (const end of ends) {
      if (end.dialled !== undefined) {
        this.#dialer.remove(end.dialled)
        this.#discovery?.isSelf(end.dialled)
      }
      end.close('itself')
    }
  }

  #closed(connection: Connection, reason: CloseReason): void {
    const { id, ip, dialled, session } = connection
    if (!this.#connections.remove(connection)) return
    if (session.role === 'incoming') this.#slots.release(ip)
    this.#maxima.closed(connection.maximaLink)
    this.#units.gone(connection)
    this.#discovery?.linkDown(id)
    const { wasGreeted } = session
    if (dialled !== undefined) this.#lost(dialled, { reason, wasGreeted })
    if (wasGreeted) {
      this.#parts.told?.({ kind: 'disconnected', peer: peerInfo(connection), reason })
    }
  }

  /** Who cannot be reached again and again is not told to others either. */
  #lost(address: PeerAddress, loss: Loss): void {
    if (this.#dialer.lost(address, loss, this.#parts.now())) this.#discovery?.unreachable(address)
  }

  /** Calls an address that discovery found. */
  #follow(address: PeerAddress): void {
    const nowMs = this.#parts.now()
    if (isDialable(address) && !this.#conduct.isBanned(siteOf(address.host), nowMs))
      this.#dialer.add(address, false, nowMs)
  }

  /** Leaves a peer for another. */
  #part(id: number): void {
    const connection = this.#connections.get(id)
    if (connection?.dialled !== undefined) this.#dialer.remove(connection.dialled)
    connection?.close('swapped')
  }

  /** A full disk ends no connection, and nobody out there is to blame for it. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      this.#parts.told?.({ kind: 'failed', error })
    }
  }

  #tick(): void {
    const nowMs = this.#parts.now()
    for (const connection of this.#connections.all()) connection.tick(nowMs)
    this.#guarded(() => this.#units.tick(nowMs))
    for (const message of this.#signs?.due(nowMs) ?? []) this.#connections.broadcast(message)
    this.#discovery?.tick(nowMs)
    this.#dialDue(nowMs)
  }
}
