import { createServer, type Server, type Socket } from 'node:net'
import mqttPacket, {
  type IConnackPacket,
  type IConnectPacket,
  type IDisconnectPacket,
  type IPubackPacket,
  type ISubscribePacket,
  type Packet,
} from 'mqtt-packet'

type ConnackProperties = NonNullable<IConnackPacket['properties']>

/** A message on its way to a subscriber. */
interface Message {
  readonly payload: Buffer
  readonly topic: string
  readonly qos: 0 | 1
}

/** What the peer remembers of a client while its session lives. */
interface Session {
  readonly clientId: string
  filter: string | undefined
  connect: IConnectPacket
  /** Sent and not acknowledged, by packet identifier, in the order sent. */
  readonly inflight: Map<number, Message>
  socket: Socket | undefined
}

export interface Acknowledged {
  readonly payload: string
  readonly reasonCode: number
  readonly clientId: string
}

/** Greatest packet that the protocol allows. Source: MQTT 5.0 section 2.1.4. */
const PACKET_BYTES_MAX = 268_435_460

/**
 * The server's side of MQTT 5 for one topic, strict with its client: whatever the client does against the standard is kept in
 * `violations`. Sessions outlive connections; messages are dealt out among the subscribers of a share.
 *
 * Source: MQTT 5.0, OASIS Standard, 7 March 2019.
 */
export class Mqtt5Peer {
  readonly violations: string[] = []
  readonly connects: IConnectPacket[] = []
  readonly filters: string[] = []
  readonly goodbyes: (IDisconnectPacket & { clientId: string })[] = []
  readonly acknowledged: Acknowledged[] = []
  /** Deliveries with the DUP flag set. */
  redelivered = 0
  pings = 0
  /** Most messages unacknowledged at once on one connection. */
  inflightPeak = 0
  /** Properties of the next CONNACKs. */
  properties: ConnackProperties = {}
  /** Reason code of the next CONNACK to each client. */
  judge: (connect: IConnectPacket) => number = () => 0
  /** QoS or reason code of the next SUBACKs. */
  grant = 1
  /** Called with each PUBACK as it arrives. */
  onAck: (ack: Acknowledged) => void = () => undefined
  #server: Server | undefined
  #port = 0
  readonly #sessions = new Map<string, Session>()
  readonly #sockets = new Set<Socket>()
  #waiting: Message[] = []
  #turn = 0

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  /** Listens, after the first time at the same port again. */
  async start(): Promise<this> {
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    const address = server.address()
    if (typeof address === 'object' && address) this.#port = address.port
    return this
  }

  /** Goes away; sessions stay, as on a disk. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server?.close(() => resolve()))
    this.drop()
    await closed
  }

  /** Cuts all connections without a word. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Forgets all sessions, as a broker without a disk does. Messages on the way wait for other subscribers. */
  forget(): void {
    const onTheWay = [...this.#sessions.values()].flatMap(({ inflight }) => [...inflight.values()])
    this.#sessions.clear()
    this.#waiting = [...onTheWay, ...this.#waiting]
    this.drop()
  }

  disconnect(reasonCode: number): void {
    for (const socket of this.#sockets) {
      send(socket, { cmd: 'disconnect', reasonCode })
      socket.end()
    }
  }

  publish(payload: string | Uint8Array, { topic = 'minipolis/packs', qos = 1 as 0 | 1 } = {}): void {
    this.#waiting.push({ payload: Buffer.from(payload), topic, qos })
    this.#deal()
  }

  /** Sends bytes to every client as they stand. */
  write(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes)
  }

  /** Messages that nobody has acknowledged. */
  get open(): number {
    return [...this.#sessions.values()].reduce((sum, { inflight }) => sum + inflight.size, this.#waiting.length)
  }

  get subscribers(): number {
    return [...this.#sessions.values()].filter(({ socket, filter }) => socket && filter !== undefined).length
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const parser = mqttPacket.parser({ protocolVersion: 5 })
    let session: Session | undefined
    parser.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') {
        if (session) this.#violate('two CONNECT on one connection')
        session = this.#connect(packet, socket)
      } else if (session) this.#answer(packet, session, socket)
      else this.#violate(`${packet.cmd} before CONNECT was accepted`)
    })
    parser.on('error', (error: Error) => this.#violate(`unreadable: ${error.message}`))
    socket.on('data', (bytes: Buffer) => parser.parse(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (session?.socket === socket) session.socket = undefined
    })
  }

  #connect(connect: IConnectPacket, socket: Socket): Session | undefined {
    this.connects.push(connect)
    if (connect.protocolVersion !== 5) this.#violate(`protocol version ${connect.protocolVersion}`)
    const reasonCode = this.judge(connect)
    if (reasonCode !== 0) {
      send(socket, { cmd: 'connack', sessionPresent: false, reasonCode, properties: {} })
      socket.end()
      return undefined
    }
    const known = connect.clean ? undefined : this.#sessions.get(connect.clientId)
    known?.socket?.destroy()
    const session = known ?? { clientId: connect.clientId, filter: undefined, connect, inflight: new Map(), socket }
    session.connect = connect
    session.socket = socket
    this.#sessions.set(connect.clientId, session)
    send(socket, {
      cmd: 'connack',
      sessionPresent: known !== undefined,
      reasonCode: 0,
      properties: { ...this.properties },
    })
    // All that is unacknowledged, under its old identifiers and before anything new (section 4.4).
    for (const [messageId, message] of session.inflight) {
      this.redelivered++
      deliver(socket, message, messageId, true)
    }
    return session
  }

  #answer(packet: Packet, session: Session, socket: Socket): void {
    this.#weigh(packet)
    switch (packet.cmd) {
      case 'subscribe':
        this.#subscribed(packet, session, socket)
        break
      case 'puback':
        this.#took(packet, session)
        break
      case 'pingreq':
        this.pings++
        send(socket, { cmd: 'pingresp' })
        break
      case 'disconnect':
        this.goodbyes.push({ ...packet, clientId: session.clientId })
        socket.end()
        break
      default:
        this.#violate(`unexpected ${packet.cmd}`)
    }
  }

  #subscribed({ subscriptions, messageId }: ISubscribePacket, session: Session, socket: Socket): void {
    for (const { topic, qos, nl } of subscriptions) {
      this.filters.push(topic)
      if (qos !== 1) this.#violate(`asks for QoS ${qos}`)
      if (nl && topic.startsWith('$share/')) this.#violate('No Local on a shared subscription')
      if (this.grant < 128) session.filter = topic
    }
    send(socket, { cmd: 'suback', messageId: messageId!, granted: subscriptions.map(() => this.grant) })
    this.#deal()
  }

  #took({ messageId, reasonCode = 0 }: IPubackPacket, { inflight, clientId }: Session): void {
    const message = inflight.get(messageId!)
    if (message) {
      inflight.delete(messageId!)
      const ack = { payload: message.payload.toString(), reasonCode, clientId }
      this.acknowledged.push(ack)
      this.onAck(ack)
      this.#deal()
    } else this.#violate(`PUBACK for ${messageId}, which is not on the way`)
  }

  #weigh(packet: Packet): void {
    const { maximumPacketSize } = this.properties
    if (maximumPacketSize === undefined) return
    const size = mqttPacket.generate(packet, { protocolVersion: 5 }).length
    if (size > maximumPacketSize) this.#violate(`${packet.cmd} of ${size} bytes, ${maximumPacketSize} are allowed`)
  }

  /** Gives out what waits: to one of a share in turn, within what each allows. */
  #deal(): void {
    const rest: Message[] = []
    for (const message of this.#waiting) {
      const takers = [...this.#sessions.values()].filter(canTake)
      const taker = takers[this.#turn++ % Math.max(1, takers.length)]
      if (!taker) rest.push(message)
      else this.#give(message, taker)
    }
    this.#waiting = rest
  }

  #give(message: Message, { inflight, connect, socket }: Session): void {
    if (message.payload.length > (connect.properties?.maximumPacketSize ?? PACKET_BYTES_MAX)) return
    let messageId: number | undefined
    if (message.qos === 1) {
      for (messageId = 1; inflight.has(messageId); ) messageId++
      inflight.set(messageId, message)
      this.inflightPeak = Math.max(this.inflightPeak, inflight.size)
    }
    deliver(socket!, message, messageId, false)
  }

  #violate(what: string): void {
    this.violations.push(what)
  }
}

const canTake = ({ socket, filter, inflight, connect }: Session): boolean =>
  socket !== undefined && filter !== undefined && inflight.size < (connect.properties?.receiveMaximum ?? 65_535)

function deliver(socket: Socket, { payload, topic, qos }: Message, messageId: number | undefined, dup: boolean): void {
  const publish = { cmd: 'publish', topic, payload, qos, dup, retain: false } as const
  send(socket, messageId === undefined ? publish : { ...publish, messageId })
}

function send(socket: Socket, packet: Packet): void {
  if (!socket.destroyed) socket.write(mqttPacket.generate(packet, { protocolVersion: 5 }))
}
