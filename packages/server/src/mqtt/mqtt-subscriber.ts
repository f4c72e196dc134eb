import { setTimeout } from 'node:timers/promises'
import { type Intake, StoreError } from '@minipolis/city'
import type { FastifyBaseLogger } from 'fastify'
import { connect, type MqttClient } from 'mqtt'
import type { Metrics } from '../metrics/index.ts'
import { MqttError } from './mqtt-error.ts'
import { takeMessage } from './pack-message.ts'
import { FRAME_BYTES_MAX, PACKS_TOPIC } from './topics.ts'

/**
 * Connections to the broker. It deals the messages out among them (shared subscription), because each takes the next
 * message only when the one before is durable.
 */
const CONNECTIONS = 8

/** Pause before a message is tried again that could not be made durable. */
const RETRY_MS = 500

/** `payload format invalid`: the broker keeps it and need not send it again. Source: MQTT 5.0 section 3.4.2.1. */
const REFUSED_REASON = 153

export interface MqttSubscriberOptions {
  /** `mqtt://` or `mqtts://` address of any MQTT 5 broker, with user and password when it asks for them. */
  readonly url: string
  /** Names our session at the broker: messages that come while we are away wait there. */
  readonly clientId: string
  /** 5, or 4 for a broker that speaks 3.1.1 only: then over one connection, without shared subscriptions. */
  readonly protocolVersion?: 4 | 5
}

export interface MqttSubscriberParts {
  readonly intake: Intake
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
}

export interface MqttSubscriber {
  /** Address of the broker, without user and password. */
  readonly url: string
  /** Idempotent. What was not acknowledged waits at the broker. */
  close(): Promise<void>
}

/** How long the session waits at the broker for us to come back. */
const SESSION_SECONDS = 24 * 3600

/**
 * Takes packs from a broker that somebody else runs: the same topics and checks as at our own, and a message is acknowledged
 * only when it is durable.
 *
 * @throws MqttError `broker-url`; what the connection answers when the broker cannot be reached the first time
 */
export async function subscribePacks(
  options: MqttSubscriberOptions,
  parts: MqttSubscriberParts,
): Promise<MqttSubscriber> {
  const url = placeOf(options.url)
  const isShared = (options.protocolVersion ?? 5) === 5
  const stopping = new AbortController()
  const clients: MqttClient[] = []
  const close = async () => {
    stopping.abort()
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)))
  }
  try {
    for (let index = 0; index < (isShared ? CONNECTIONS : 1); index++)
      clients.push(await openConnection(options, parts, index, stopping.signal))
  } catch (error) {
    await close()
    throw error
  }
  parts.log.info({ url, connections: clients.length }, 'packs are taken from the MQTT broker')
  return { url, close }
}

async function openConnection(
  { url, clientId, protocolVersion = 5 }: MqttSubscriberOptions,
  { intake, metrics, log }: MqttSubscriberParts,
  index: number,
  stopping: AbortSignal,
): Promise<MqttClient> {
  /** Whether anything of the message was refused. Tries again while the city cannot take it, until it is told to stop. */
  const takeAtLast = async (payload: Uint8Array, signal: AbortSignal): Promise<boolean> => {
    for (;;) {
      signal.throwIfAborted()
      try {
        return (await takeMessage(payload, { intake, metrics })).length > 0
      } catch (error) {
        if (error instanceof StoreError) log.error({ err: error }, 'a message could not be stored')
        await setTimeout(RETRY_MS, undefined, { signal })
      }
    }
  }

  const client = connect(url, {
    protocolVersion,
    clientId: index === 0 ? clientId : `${clientId}-${index}`,
    clean: false,
    resubscribe: true,
    ...(protocolVersion === 5 && {
      properties: { sessionExpiryInterval: SESSION_SECONDS, maximumPacketSize: FRAME_BYTES_MAX, receiveMaximum: 1_000 },
    }),
    // MQTT 5: called before the acknowledgement is written; the next message waits for it.
    customHandleAcks: (_topic, payload, _packet, done) => {
      takeAtLast(payload, stopping).then(
        (refused) => done(refused ? REFUSED_REASON : 0),
        // Only when we are closing: the message stays at the broker.
        () => client.end(true),
      )
    },
  })
  // MQTT 3.1.1: the same, without a way to say why.
  if (protocolVersion === 4)
    client.handleMessage = (packet, done) => {
      takeAtLast(asBytes(packet.payload), stopping).then(
        () => done(),
        () => client.end(true),
      )
    }
  client.on('error', (error) => log.warn({ err: error, url: placeOf(url) }, 'MQTT broker failed'))
  client.on('offline', () => log.warn({ url: placeOf(url) }, 'MQTT broker is away'))

  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', (error) => {
      client.end(true)
      reject(error)
    })
  })
  const share = protocolVersion === 5 ? '$share/minipolis/' : ''
  await client.subscribeAsync([`${share}${PACKS_TOPIC}/#`], { qos: 1 })
  return client
}

const asBytes = (payload: string | Buffer): Uint8Array => (typeof payload === 'string' ? Buffer.from(payload) : payload)

function placeOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed && ['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(parsed.protocol))
    return `${parsed.protocol}//${parsed.host}`
  // Without the text: it may hold a password.
  throw new MqttError('broker-url', 'the broker address is not of the form mqtt://user:password@host:port')
}
