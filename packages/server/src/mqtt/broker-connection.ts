import type { Duplex } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { IntakeError } from '@minipolis/city'
import type { FastifyBaseLogger } from 'fastify'
import { connect, type IConnackPacket, type MqttClient } from 'mqtt'
import { brokerFault } from './broker-fault.ts'
import { FrameGuard } from './frame-guard.ts'
import { MqttError } from './mqtt-error.ts'
import { type MessageParts, takeMessage } from './pack-message.ts'
import { FRAME_BYTES_MAX, PACKS_TOPIC } from './topics.ts'

/** How long our session waits at the broker for us to come back. */
const SESSION_SECONDS = 7 * 24 * 3600

/** Messages that the broker may send before the first of them is acknowledged. */
const RECEIVE_MAXIMUM = 1_000

/** Pause before a message is tried again that could not be made durable. */
const STORE_RETRY_MS = 500

/** Pauses before the broker is called again: when it was away, and when it refused us. */
const AWAY_RETRY_MS = 1_000
const REFUSED_RETRY_MS = 30_000

/** How long the broker may take to hang up after we said goodbye. */
const GOODBYE_MS = 1_000

/** Reason codes that we send. Source: MQTT 5.0 sections 3.4.2.1 and 3.14.2.1. */
const PAYLOAD_FORMAT_INVALID = 0x99
const PACKET_TOO_LARGE = 0x95

/** DISCONNECT with a reason; the client library closes without a word. */
const DISCONNECT_TOO_LARGE = Uint8Array.of(0xe0, 1, PACKET_TOO_LARGE)

export interface BrokerConnectionOptions {
  /** Address of the broker, with user and password when it asks for them. */
  readonly url: string
  /** Names our session at the broker: messages that come while we are away wait there. */
  readonly clientId: string
  /** Connections of the same share divide the messages; it is the city's own, so that two cities at a broker both get all. */
  readonly share: string
  readonly protocolVersion: 4 | 5
  /** Whether it listens alone at a broker without shared subscriptions, and tells the journal of the broker. */
  readonly isFirst: boolean
  /** PEM certificates that the broker's may be signed by, instead of those that the system trusts. */
  readonly ca?: string
}

export interface BrokerConnectionParts extends MessageParts {
  readonly log: FastifyBaseLogger
}

/**
 * One connection to a broker that somebody else runs, taken up again whenever it is lost. Each message is acknowledged when its
 * packs are durable or in quarantine, over the connection that it came by and no other: after a loss the broker may have given
 * its number to another message.
 */
export class BrokerConnection {
  readonly #options: BrokerConnectionOptions
  readonly #parts: BrokerConnectionParts
  /** The first speaks for all of them: they come and go together. */
  readonly #journal: FastifyBaseLogger | undefined
  readonly #client: MqttClient
  readonly #stopping = new AbortController()
  /** Ends with the network connection at hand. */
  #life = new AbortController()
  #isAway = false

  private constructor(options: BrokerConnectionOptions, parts: BrokerConnectionParts) {
    this.#options = options
    this.#parts = parts
    this.#journal = options.isFirst ? parts.log : undefined
    const { url, clientId, protocolVersion, ca } = options
    this.#client = connect(url, {
      protocolVersion,
      clientId,
      clean: false,
      resubscribe: false,
      reconnectPeriod: AWAY_RETRY_MS,
      reconnectOnConnackError: true,
      ...(ca !== undefined && { ca }),
      ...(protocolVersion === 5 && {
        properties: {
          sessionExpiryInterval: SESSION_SECONDS,
          maximumPacketSize: FRAME_BYTES_MAX,
          receiveMaximum: RECEIVE_MAXIMUM,
        },
        // Called before the acknowledgement is written; the next message waits for it.
        customHandleAcks: (_topic, payload, _packet, done) =>
          this.#take(payload, (isRefused) => done(isRefused ? PAYLOAD_FORMAT_INVALID : 0)),
      }),
    })
    this.#begin(this.#client.stream)
    // What has no acknowledgement with a reason: all of MQTT 3.1.1, and messages of QoS 0.
    this.#client.handleMessage = ({ qos, payload }, done) => {
      if (protocolVersion === 5 && qos > 0) done()
      else this.#take(asBytes(payload), () => done())
    }
  }

  /**
   * Resolves when packs are taken, or when the broker is away: then they will be, as soon as it is back.
   *
   * @throws MqttError `broker-refused`
   */
  static async open(options: BrokerConnectionOptions, parts: BrokerConnectionParts): Promise<BrokerConnection> {
    const connection = new BrokerConnection(options, parts)
    try {
      await connection.#start()
      return connection
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** Says goodbye; the session stays at the broker. Idempotent. */
  async close(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    this.#life.abort()
    const patience = new AbortController()
    const silence = setTimeout(GOODBYE_MS, undefined, { signal: patience.signal }).catch(() => undefined)
    await Promise.race([this.#client.endAsync(), silence])
    patience.abort()
    this.#client.stream.destroy()
  }

  #start(): Promise<void> {
    const client = this.#client
    // The first began in the constructor, before anybody could listen.
    client.on('packetsend', ({ cmd }) => cmd === 'connect' && this.#begin(client.stream))
    client.on('disconnect', ({ reasonCode }) =>
      this.#tellAway(`the broker ended the connection (reason ${reasonCode})`),
    )
    return new Promise((resolve, reject) => {
      client.on('connect', (connack) =>
        this.#subscribe(connack).then(resolve, (error: unknown) => {
          reject(error)
          this.#retryLater(error)
        }),
      )
      client.on('error', (error) => {
        const fault = brokerFault(error, this.#options.protocolVersion)
        if (fault) {
          reject(fault)
          this.#retryLater(fault)
        } else this.#tellAway(error.message)
      })
      client.on('offline', () => {
        this.#tellAway('the connection was lost')
        resolve()
      })
    })
  }

  /** A network connection begins. */
  #begin(stream: Duplex): void {
    const life = new AbortController()
    this.#life = life
    stream.once('close', () => life.abort())
    // The library would gather a packet beyond the limit to its end before it looks at its size.
    const guard = new FrameGuard(FRAME_BYTES_MAX)
    stream.prependListener('data', (chunk: Uint8Array) => {
      if (life.signal.aborted || guard.take(chunk)) return
      life.abort()
      if (this.#options.protocolVersion === 5) stream.write(DISCONNECT_TOO_LARGE)
      stream.destroy(new MqttError('frame-oversize', `an MQTT packet is larger than ${FRAME_BYTES_MAX} bytes`))
    })
  }

  /** Anew over each connection: the broker may have lost our session. @throws MqttError `broker-refused` */
  async #subscribe({ properties }: IConnackPacket): Promise<void> {
    const { protocolVersion, isFirst, share } = this.#options
    if (this.#isAway) this.#journal?.info('MQTT broker is back')
    this.#isAway = false
    this.#client.options.reconnectPeriod = AWAY_RETRY_MS
    const keptSeconds = properties?.sessionExpiryInterval ?? SESSION_SECONDS
    if (keptSeconds < SESSION_SECONDS)
      this.#journal?.warn(
        { keptSeconds },
        'MQTT broker keeps messages for a shorter time than asked while the city is away',
      )
    const isShared = protocolVersion === 5 && properties?.sharedSubscriptionAvailable !== false
    if (!isShared && !isFirst) return
    const filter = `${isShared ? `$share/${share}/` : ''}${PACKS_TOPIC}/#`
    const granted = await this.#subscribeTo(filter)
    if (granted !== undefined && granted !== 1)
      throw new MqttError('broker-refused', `the broker does not give the messages of ${filter} with QoS 1`, {
        granted,
      })
  }

  /** The QoS granted, or a reason code from 128 on; `undefined` when the connection was lost meanwhile. */
  async #subscribeTo(filter: string): Promise<number | undefined> {
    try {
      const [granted] = await this.#client.subscribeAsync(filter, { qos: 1 })
      return granted?.qos
    } catch (error) {
      return (error as { packet?: { granted?: number[] } }).packet?.granted?.[0]
    }
  }

  /** Hands a message to the intake, again and again until it is settled or the connection is gone. */
  #take(payload: Uint8Array, settled: (isRefused: boolean) => void): void {
    const { signal } = this.#life
    this.#takeAtLast(payload, signal).then(
      (isRefused) => !signal.aborted && settled(isRefused),
      // The connection is gone: the message stays at the broker.
      () => undefined,
    )
  }

  /** Whether anything of the message was refused. Rejects when the signal comes. */
  async #takeAtLast(payload: Uint8Array, signal: AbortSignal): Promise<boolean> {
    for (let isTold = false; ; ) {
      signal.throwIfAborted()
      try {
        return (await takeMessage(payload, this.#parts)).length > 0
      } catch (error) {
        // A full queue is no fault. What is one may last for hours: each message tells it once.
        if (!isTold && !(error instanceof IntakeError)) {
          this.#parts.log.error({ err: error }, 'a message could not be stored; it is tried again until it is')
          isTold = true
        }
        await setTimeout(STORE_RETRY_MS, undefined, { signal })
      }
    }
  }

  /** Once for each time that the broker is away. */
  #tellAway(why: string): void {
    if (this.#isAway || this.#stopping.signal.aborted) return
    this.#isAway = true
    this.#journal?.warn({ why }, 'MQTT broker is away; it is called again until it is back')
  }

  /** A broker that refused us needs a person: it is not called every second. */
  #retryLater(error: unknown): void {
    if (this.#stopping.signal.aborted) return
    this.#isAway = true
    this.#journal?.error({ err: error }, 'MQTT broker refuses the city')
    this.#client.options.reconnectPeriod = REFUSED_RETRY_MS
    this.#client.stream.destroy()
  }
}

const asBytes = (payload: string | Buffer): Uint8Array => (typeof payload === 'string' ? Buffer.from(payload) : payload)
