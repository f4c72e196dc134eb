import { logId, toLowerHex } from '@minipolis/city'
import { createMqttBroker, type MqttBrokerParts } from './mqtt-broker.ts'
import { subscribePacks } from './mqtt-subscriber.ts'

/** Where the embedded broker listens, or the broker of somebody else to be a client of. */
export type MqttDoorOptions =
  | { readonly host: string; readonly port: number }
  | {
      /** `mqtt://` or `mqtts://`, with user and password when the broker asks for them. */
      readonly url: string
      /** 5 unless the broker speaks 3.1.1 only. */
      readonly protocolVersion?: 4 | 5
      /** PEM certificates that the broker's may be signed by, instead of those that the system trusts. */
      readonly ca?: string
    }

export interface MqttDoor {
  /** Where devices publish, without user and password. */
  readonly url: string
  /** True when the port asked for was taken and a later one serves. */
  readonly moved: boolean
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the MQTT door, one way or the other.
 *
 * @throws HttpError `port-taken`; MqttError `broker-url`, `broker-refused`
 */
export async function createMqttDoor(options: MqttDoorOptions, parts: MqttBrokerParts): Promise<MqttDoor> {
  if ('url' in options) {
    const { city, metrics, log } = parts
    // The same name after every start: the broker keeps our messages under it.
    const clientId = `minipolis-${toLowerHex(logId(city.origin)).slice(0, 16)}`
    const subscriber = await subscribePacks({ ...options, clientId }, { intake: city.intake, metrics, log })
    return { url: subscriber.url, moved: false, close: () => subscriber.close() }
  }
  const broker = await createMqttBroker(parts)
  try {
    return { ...(await broker.listen(options)), close: () => broker.close() }
  } catch (error) {
    await broker.close()
    throw error
  }
}
