import { BrokerConnection, type BrokerConnectionParts } from './broker-connection.ts'
import { MqttError } from './mqtt-error.ts'

/**
 * Connections to the broker. It deals the messages out among them (shared subscription), because each takes the next
 * message only when the one before is durable: as many share a commit.
 */
export const CONNECTIONS = 32

export interface MqttSubscriberOptions {
  /** `mqtt://` or `mqtts://` address of any MQTT 5 broker, with user and password when it asks for them. */
  readonly url: string
  /** Names our sessions at the broker, where messages wait while we are away, and their share: without `/`, `+`, `#`. */
  readonly clientId: string
  /** 5, or 4 for a broker that speaks 3.1.1 only: then over one connection, without shared subscriptions. */
  readonly protocolVersion?: 4 | 5
  /** PEM certificates that the broker's may be signed by, instead of those that the system trusts. */
  readonly ca?: string
}

export interface MqttSubscriber {
  /** Address of the broker, without user and password. */
  readonly url: string
  /** Idempotent. What was not acknowledged waits at the broker. */
  close(): Promise<void>
}

/**
 * Takes packs from a broker that somebody else runs: the same topics and checks as at our own, and a message is acknowledged
 * only when it is durable. A broker that is away is called until it comes back, also at the start.
 *
 * @throws MqttError `broker-url`; `broker-refused` when it wants another password, certificate or protocol at the start
 */
export async function subscribePacks(
  { url, clientId, protocolVersion = 5, ca }: MqttSubscriberOptions,
  parts: BrokerConnectionParts,
): Promise<MqttSubscriber> {
  const place = placeOf(url)
  const opening = Array.from({ length: protocolVersion === 5 ? CONNECTIONS : 1 }, (_, index) =>
    BrokerConnection.open(
      {
        url,
        clientId: index === 0 ? clientId : `${clientId}-${index}`,
        share: clientId,
        protocolVersion,
        isFirst: index === 0,
        ...(ca !== undefined && { ca }),
      },
      { ...parts, log: parts.log.child({ broker: place, connection: index }) },
    ),
  )
  const settled = await Promise.allSettled(opening)
  const connections = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const close = async () => {
    await Promise.all(connections.map((connection) => connection.close()))
  }
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  return { url: place, close }
}

function placeOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed && ['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(parsed.protocol))
    return `${parsed.protocol}//${parsed.host}`
  // Without the text: it may hold a password.
  throw new MqttError('broker-url', 'the broker address is not of the form mqtt://user:password@host:port')
}
