import { formatPack, type Pack } from '@minipolis/city'
import { PACKS_TOPIC, REFUSED_TOPIC } from '@minipolis/server/topics'
import { connectAsync } from 'mqtt'
import type { PackDoor } from './pack-door.ts'

/** How long a device waits for its connection. */
const CONNECT_TIMEOUT_MS = 10_000

/**
 * The MQTT door: packs published with QoS 1 are acknowledged when they are durable or in quarantine. Why one was refused comes
 * on a topic of the client's own.
 *
 * @param onRefused told what the city says of refused packs
 */
export async function mqttPackDoor(url: string, clientId: string, onRefused: (why: string) => void): Promise<PackDoor> {
  const client = await connectAsync(url, {
    clientId,
    protocolVersion: 4,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Unsent packs are made anew from the stream's position: nothing waits in the client.
    queueQoSZero: false,
  })
  client.on('message', (_topic, payload) => onRefused(payload.toString('utf8')))
  await client.subscribeAsync(`${REFUSED_TOPIC}/${clientId}`)
  return {
    async send(pack: Pack) {
      await client.publishAsync(`${PACKS_TOPIC}/${pack.device}`, formatPack(pack), { qos: 1 })
    },
    close: () => client.endAsync(true),
  }
}
