import type { Server, Socket } from 'node:net'
import { decode, TxPoW, toHex } from '@minipolis/minima'
import { DEFAULT_SIZES, encodePayload, type Message, type MessageName, messageType, printP2P } from '../wire/index.ts'
import { AddressBudgets } from './address-budgets.ts'
import type { SyncResult } from './chain-access.ts'
import { Conduct } from './conduct.ts'
import { Connection } from './connection.ts'
import { dial } from './dial.ts'
import { Dialer, RECONNECT_MS } from './dialer.ts'
import { Discovery } from './discovery.ts'
import { listen } from './listen.ts'
import type { MaximaHost } from './maxima-host.ts'
import { MaximaRelay } from './maxima-relay.ts'
import { OtherBodies } from './other-bodies.ts'
import { formatAddress, isDialable, type PeerAddress, plainIp } from './peer-address.ts'
import { type PeerInfo, peerInfo } from './peer-event.ts'
import type { PeerNetworkOptions, PeerNetworkParts } from './peer-network-options.ts'
import { Requests } from './requests.ts'
import { Services } from './services.ts'
import { type Role, Session } from './session.ts'
import type { CloseReason, SessionAction } from './session-action.ts'
import { SignsOfLife } from './signs-of-life.ts'
import { DEFAULT_SLOTS, Slots } from './slots.ts'
import { Traffic } from './traffic.ts'

/** Bytes of half received messages, of peers that did not greet and of all. */
const HELD_UNGREETED_BYTES_MAX = 64 * 1024 * 1024
const HELD_BYTES_MAX = 512 * 1024 * 1024
const TICK_MS = 500

/** All connections of a node to others: who is let in, who is called, and what goes where. */
export class PeerNetwork {
  readonly #options: PeerNetworkOptions
  readonly #parts: PeerNetworkParts
  readonly #connections = new Map<number, Connection>()
  readonly #slots: Slots
  readonly #conduct = new Conduct()
  readonly #budgets = new AddressBudgets()
  readonly #services: Services
  readonly #requests = new Requests()
  readonly #otherBodies = new OtherBodies()
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
  #held = 0
  #port = 0

  constructor(options: PeerNetworkOptions, parts: PeerNetworkParts) {
    this.#options = options
    this.#parts = parts
    this.#services = new Services(parts, this.#budgets)
    this.#slots = new Slots(options.slots ?? DEFAULT_SLOTS)
    this.#dialer = new Dialer(options.reconnectMs ?? RECONNECT_MS)
    this.#maxima = parts.maxima ?? new MaximaRelay()
    this.traffic = new Traffic(parts.now())
    this.#discovery =
      options.p2p &&
      new Discovery(options.p2p, parts, {
        send: (to, message) => this.#tell(to, { name: 'p2p', value: printP2P(message) }),
        connect: (address) => this.#follow(address),
        disconnect: (id) => this.#part(id),
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
    for (const connection of [...this.#connections.values()]) connection.close('stopped')
    const server = this.#server
    this.#server = undefined
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /** Keeps a connection to this address. */
  connect(address: PeerAddress): void {
    const nowMs = this.#parts.now()
    this.#conduct.forgive(address.host)
    this.#dialer.add(address, true, nowMs)
    this.#dialDue(nowMs)
  }

  /** Ends connections to this address, or the connection with this number, and does not connect again. */
  disconnect(which: PeerAddress | number): void {
    for (const connection of [...this.#connections.values()]) {
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
    return [...this.#connections.values()].map(peerInfo)
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
    for (const ip of this.banned()) this.#conduct.forgive(ip)
    for (const connection of [...this.#connections.values()]) connection.close('restarted')
    this.#dialer.dialAll()
  }

  /** IPs that are kept out. */
  banned(): string[] {
    return this.#conduct.banned(this.#parts.now())
  }

  /** Tells all peers of a unit of our own, and of the blocks that entered the tree with it. */
  publish(txpowId: Uint8Array, blocks: readonly Uint8Array[]): void {
    this.#announce('txpowId', txpowId)
    this.#requests.have(toHex(txpowId))
    for (const block of blocks) this.#announce('txblockId', block)
  }

  /** Sends an operator's text to all peers, or to the one with this number. */
  say(text: string, to?: number): void {
    if (to === undefined) {
      this.#broadcast({ name: 'text', value: text })
      return
    }
    this.#tell(to, { name: 'text', value: text })
  }

  /** Offers work to nodes that make no blocks of their own. */
  offerWork(template: TxPoW): void {
    this.#broadcast({ name: 'txblockMine', value: template })
  }

  async #listen(port: number): Promise<void> {
    const listener = await listen(this.#options.bind ?? '0.0.0.0', port, (socket) => this.#accept(socket))
    listener.server.on('error', (error) => this.#parts.told?.({ kind: 'failed', error }))
    this.#server = listener.server
    this.#port = listener.port
  }

  #accept(socket: Socket): void {
    const ip = plainIp(socket.remoteAddress ?? '')
    const nowMs = this.#parts.now()
    const isWelcome =
      ip !== '' &&
      !this.#conduct.isBanned(ip, nowMs) &&
      this.#budgets.tryTake('connect', ip, nowMs) &&
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
        this.#dialer.connectedTo(address)
        this.#open(socket, plainIp(socket.remoteAddress ?? address.host), 'outgoing', address)
      },
      failed: () => {
        this.#dialling.delete(socket)
        this.#lost(address, 'ended')
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
      act: (from, actions) => this.#act(from, actions),
      closed: (from, reason) => this.#closed(from, reason),
      held: (from, bytes) => this.#count(from, bytes),
      traffic: this.traffic,
    })
    const otherEnd = [...this.#connections.values()].find((other) => other.isOtherEndOf(connection))
    this.#connections.set(connection.id, connection)
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
    if (!this.#connections.delete(id)) return
    if (session.role === 'incoming') this.#slots.release(ip)
    this.#maxima.closed(connection.maximaLink)
    this.#requests.gone(id)
    this.#discovery?.linkDown(id)
    if (dialled !== undefined) this.#lost(dialled, reason)
    if (session.claimed.port !== undefined || session.isGreeted) {
      this.#parts.told?.({ kind: 'disconnected', peer: peerInfo(connection), reason })
    }
  }

  /** Who cannot be reached again and again is not told to others either. */
  #lost(address: PeerAddress, reason: CloseReason): void {
    if (this.#dialer.lost(address, reason, this.#parts.now())) this.#discovery?.unreachable(address)
  }

  /** The memory of half received messages is bounded over all connections; the one that goes over pays. */
  #count(connection: Connection, change: number): void {
    this.#held += change
    const most = this.#options.heldBytesMax ?? HELD_BYTES_MAX
    if (change <= 0 || this.#held <= Math.min(most, HELD_UNGREETED_BYTES_MAX)) return
    if (this.#held > most || (!connection.session.isGreeted && this.#heldUngreeted() > HELD_UNGREETED_BYTES_MAX)) {
      connection.close('memory')
    }
  }

  #heldUngreeted(): number {
    let bytes = 0
    for (const { session, heldBytes } of this.#connections.values()) if (!session.isGreeted) bytes += heldBytes
    return bytes
  }

  #act(connection: Connection, actions: readonly SessionAction[]): void {
    for (const action of actions) {
      if (!this.#connections.has(connection.id)) return
      this.#do(connection, action)
    }
  }

  #do(connection: Connection, action: SessionAction): void {
    const nowMs = this.#parts.now()
    switch (action.do) {
      case 'send':
        this.#send(connection, action.message)
        return
      case 'send-payload':
        connection.send({ type: messageType(action.name), payload: action.payload })
        return
      case 'greeted':
        this.#greeted(connection)
        return
      case 'send-ibd':
        this.#services.sendIbd(connection, action.greeting)
        return
      case 'send-archive':
        this.#services.sendArchive(connection, action.from)
        return
      case 'send-pong':
        this.#services.sendPong(connection, this.#counts(), this.knownPeers())
        return
      case 'send-coins':
        void this.#services.sendCoins(connection, action.request, this.knownPeers())
        return
      case 'want':
        for (const id of action.ids) this.#want(connection, id, nowMs)
        return
      case 'have':
        this.#requests.have(action.id)
        this.#otherBodies.have(action.id)
        return
      case 'other-body':
        this.#otherBody(connection, action.id, action.payload, nowMs)
        return
      case 'announce':
        this.#announce('txpowId', action.id)
        return
      case 'blocks':
        for (const id of action.ids) this.#announce('txblockId', id)
        return
      case 'download':
        void this.#synced(connection, 'download', this.#parts.sync.download(action.payload, connection.ip))
        return
      case 'older':
        void this.#synced(connection, 'older', this.#parts.sync.older(action.payload))
        return
      case 'host-maxima':
        this.#maxima.keyClaimed(connection.maximaLink, action.key)
        return
      case 'deliver-maxima':
        this.#maxima.deliver(connection.maximaLink, action.message, action.payload)
        return
      case 'maxima-address':
        this.#maxima.locationServiceTold(connection.maximaLink, action.text)
        return
      case 'p2p':
        this.#discovery?.message(connection.id, action.message)
        return
      case 'text':
        this.#parts.told?.({ kind: 'text', ip: connection.ip, text: action.text })
        return
      case 'blame':
        this.#blame(connection, action, nowMs)
        return
      case 'close':
        connection.close(action.reason, action.afterMs)
        return
    }
  }

  #greeted(connection: Connection): void {
    const { session, ip, id, dialled } = connection
    this.#parts.told?.({ kind: 'connected', peer: peerInfo(connection) })
    this.#maxima.greeted(connection.maximaLink)
    const host = dialled?.host ?? ip
    this.#discovery?.linkUp({ id, host, ip, isOutgoing: session.role === 'outgoing' }, this.#port)
  }

  #want(connection: Connection, id: Uint8Array, nowMs: number): void {
    if (!this.#requests.want(id, connection.id, nowMs)) return
    this.#ask(connection, id)
  }

  #ask(connection: Connection, id: Uint8Array): void {
    connection.session.asks([id])
    this.#send(connection, { name: 'txpowRequest', value: id })
  }

  #otherBody(connection: Connection, id: Uint8Array, payload: Uint8Array, nowMs: number): void {
    this.#requests.have(toHex(id))
    const greeted = this.#greetedConnections()
    const taken = this.#otherBodies.came(id, payload, connection.id, greeted.length, nowMs)
    if (taken !== undefined) {
      this.#takeAnyBody(taken)
      return
    }
    const next = greeted.find((other) => this.#otherBodies.isUnasked(toHex(id), other.id))
    if (next !== undefined) this.#ask(next, id)
  }

  #takeAnyBody(payload: Uint8Array): void {
    const reception = this.#parts.chain.receive(decode(TxPoW, payload), { wasAsked: true, anyBody: true })
    if (reception.kind === 'taken') for (const id of reception.added) this.#announce('txblockId', id)
  }

  async #synced(connection: Connection, what: 'download' | 'older', work: Promise<SyncResult>): Promise<void> {
    try {
      const result = await work
      if (result.kind === 'heavier-chain' || result.kind === 'other-chain') {
        this.#parts.told?.({ kind: result.kind, ip: connection.ip, detail: result.detail })
      }
      this.#act(connection, connection.session.synced(what, result))
    } catch (error) {
      this.#parts.told?.({ kind: 'failed', error })
    }
  }

  #blame(
    connection: Connection,
    { fault, detail }: Extract<SessionAction, { readonly do: 'blame' }>,
    nowMs: number,
  ): void {
    const isBanned = this.#conduct.blame(connection.ip, fault, nowMs)
    this.#parts.told?.({ kind: 'blamed', ip: connection.ip, fault, detail, isBanned })
    if (!isBanned) return
    for (const other of [...this.#connections.values()]) {
      // What was dialled by hand is left, but not for what others at its address do.
      if (other.ip === connection.ip && (other === connection || other.session.role === 'incoming'))
        other.close('banned')
    }
  }

  /** Calls an address that discovery found. */
  #follow(address: PeerAddress): void {
    const nowMs = this.#parts.now()
    if (isDialable(address) && !this.#conduct.isBanned(address.host, nowMs)) this.#dialer.add(address, false, nowMs)
  }

  /** Leaves a peer for another. */
  #part(id: number): void {
    const connection = this.#connections.get(id)
    if (connection?.dialled !== undefined) this.#dialer.remove(connection.dialled)
    connection?.close('swapped')
  }

  #tick(): void {
    const nowMs = this.#parts.now()
    for (const connection of [...this.#connections.values()]) connection.tick(nowMs)
    for (const { id, peer } of this.#requests.due(nowMs)) {
      const connection = this.#connections.get(peer)
      if (connection !== undefined && !this.#parts.chain.isKnown(toHex(id))) this.#ask(connection, id)
    }
    for (const payload of this.#otherBodies.due(nowMs)) this.#takeAnyBody(payload)
    for (const message of this.#signs?.due(nowMs) ?? []) this.#broadcast(message)
    this.#discovery?.tick(nowMs)
    this.#dialDue(nowMs)
  }

  #greetedConnections(): Connection[] {
    return [...this.#connections.values()].filter(({ session }) => session.isGreeted)
  }

  #counts(): { readonly incoming: number; readonly outgoing: number } {
    const greeted = this.#greetedConnections()
    const incoming = greeted.filter(({ session }) => session.role === 'incoming').length
    return { incoming, outgoing: greeted.length - incoming }
  }

  #tell(id: number, message: Message): void {
    const connection = this.#connections.get(id)
    if (connection !== undefined) this.#send(connection, message)
  }

  #send(connection: Connection, message: Message): void {
    connection.send({ type: messageType(message.name), payload: encodePayload(message) })
  }

  #announce(name: Extract<MessageName, 'txpowId' | 'txblockId'>, value: Uint8Array): void {
    this.#broadcast({ name, value })
  }

  #broadcast(message: Message): void {
    const frame = { type: messageType(message.name), payload: encodePayload(message) }
    for (const connection of this.#greetedConnections()) connection.send(frame, true)
  }
}
