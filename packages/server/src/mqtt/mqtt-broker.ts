import { createServer, type Server, type Socket } from 'node:net'
import type { City } from '@minipolis/city'
import { Aedes, type Client } from 'aedes'
import type { FastifyBaseLogger } from 'fastify'
import { EventHub, type Listening, listenOnFreePort, type ReadingView } from '../http/index.ts'
import type { Metrics } from '../metrics/index.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { MqttError } from './mqtt-error.ts'
import { type Refused, takeMessage } from './pack-message.ts'
import { FRAME_BYTES_MAX, isOpenFilter, isPacksTopic, READINGS_TOPIC, REFUSED_TOPIC } from './topics.ts'

/** Clients connected at once. */
const CLIENTS_MAX = 10_000

/** How long a connection may take to say who it is. */
const CONNECT_TIMEOUT_MS = 10_000

/** How long a client may leave its answers unread. */
const DRAIN_TIMEOUT_MS = 20_000

const TOPIC_LEVELS_MAX = 100

export interface MqttBrokerParts {
  readonly city: City
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
}

export interface MqttBroker {
  /** Listens on a port, or on the next that is free. */
  listen(at: { readonly host: string; readonly port: number }): Promise<Listening & { readonly url: string }>
  /** Ends all connections; what was not acknowledged comes again. Idempotent. */
  close(): Promise<void>
}

/**
 * An MQTT 3.1.1 broker of our own. Devices publish packs with QoS 1 and are acknowledged when these are durable; readings that
 * were accepted can be subscribed to. Nothing else passes: it is a door, not a message bus.
 */
export async function createMqttBroker(parts: MqttBrokerParts): Promise<MqttBroker> {
  const { city, metrics, log } = parts
  const messages = { intake: city.intake, metrics }
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    // Device ids are longer than the 23 characters that old clients kept to.
    maxClientsIdLength: 256,
    // Sessions end with their connection: nothing waits in memory for clients that never come back.
    preConnect: (_client, packet, done) => {
      packet.clean = true
      done(null, true)
    },
    // Called before the acknowledgement is written.
    authorizePublish: (client, packet, done) => {
      const { topic, payload } = packet
      // A retained pack would stay in memory, one for each topic that a stranger makes up.
      packet.retain = false
      if (!isPacksTopic(topic))
        return done(new MqttError('topic-closed', `nothing is taken on the topic ${topic.slice(0, 128)}`))
      takeMessage(asBytes(payload), messages).then(
        (refused) => {
          if (client && refused.length > 0) tellRefused(client, refused)
          done(null)
        },
        // Without an acknowledgement the client sends it again after it has connected anew.
        (error: unknown) => done(error as Error),
      )
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, isOpenFilter(subscription.topic, client.id) ? subscription : null),
  })

  const tellRefused = (client: Client, refused: readonly Refused[]) =>
    client.publish(
      {
        cmd: 'publish',
        topic: `${REFUSED_TOPIC}/${client.id}`,
        payload: JSON.stringify(refused.map(({ code, detail }) => ({ code, detail }))),
        qos: 0,
        retain: false,
        dup: false,
      },
      () => undefined,
    )

  const stopReadings = publishReadings(broker, new EventHub(city, (error) => log.warn({ err: error }, 'events failed')))
  broker.on('clientReady', () => metrics.mqttClients(1))
  broker.on('clientDisconnect', () => metrics.mqttClients(-1))
  broker.on('clientError', (client, error) => log.debug({ client: client.id, err: error }, 'MQTT client failed'))
  broker.on('connectionError', (_client, error) => log.debug({ err: error }, 'MQTT connection failed'))

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    if (sockets.size >= CLIENTS_MAX) return socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    broker.handle(new GuardedConnection(socket, FRAME_BYTES_MAX))
  })

  let closing: Promise<void> | undefined
  return {
    async listen({ host, port }) {
      const listening = await listenOnFreePort(port, (candidate) => listenOn(server, host, candidate))
      const name = host.includes(':') ? `[${host}]` : host
      return { ...listening, url: `mqtt://${name}:${listening.port}` }
    },
    close() {
      closing ??= (async () => {
        stopReadings()
        const closed = new Promise<void>((resolve) => server.close(() => resolve()))
        await new Promise<void>((resolve) => broker.close(() => resolve()))
        for (const socket of sockets) socket.destroy()
        if (server.listening) await closed
      })()
      return closing
    },
  }
}

/** Publishes accepted readings while somebody subscribes to them. Returns the way to stop. */
function publishReadings(broker: Aedes, events: EventHub): () => void {
  let subscriptions = 0
  let stop: (() => void) | undefined
  const change = (by: number) => {
    subscriptions += by
    if (subscriptions > 0 && !stop)
      stop = events.listen((list) => {
        for (const { name, data } of list) if (name === 'reading') publish(data as ReadingView)
      })
    if (subscriptions === 0) {
      stop?.()
      stop = undefined
    }
  }
  const publish = (reading: ReadingView) => {
    const topic = `${READINGS_TOPIC}/${reading.stream}`
    if (topic.split('/').length > TOPIC_LEVELS_MAX) return
    const payload = JSON.stringify(reading)
    broker.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => undefined)
  }
  const isReadings = (filter: string) => filter.startsWith(READINGS_TOPIC)
  broker.on('subscribe', (subscriptions) => change(subscriptions.filter(({ topic }) => isReadings(topic)).length))
  broker.on('unsubscribe', (filters) => change(-filters.filter(isReadings).length))
  return () => stop?.()
}

const asBytes = (payload: string | Buffer): Uint8Array => (typeof payload === 'string' ? Buffer.from(payload) : payload)

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
