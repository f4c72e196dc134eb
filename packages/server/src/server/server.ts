import { randomBytes } from 'node:crypto'
import type { City } from '@minipolis/city'
import { announceNode, withdrawNode } from '@minipolis/node'
import type { FastifyBaseLogger } from 'fastify'
import { type CityNodeDoors, type OpenCityOptions, openCity } from '../city/index.ts'
import { announceServer, withdrawServer } from '../folder/index.ts'
import { createHttpDoor } from '../http/index.ts'
import { createMetrics } from '../metrics/index.ts'
import { createMqttDoor, type MqttDoorOptions } from '../mqtt/index.ts'
import { HOST_DEFAULT, HTTP_PORT_DEFAULT, MQTT_PORT_DEFAULT } from './ports.ts'

const TOKEN_BYTES = 32

export interface ServerOptions extends OpenCityOptions {
  readonly host?: string
  readonly httpPort?: number
  /** The embedded broker's port; or the URL of a broker to be a client of. */
  readonly mqtt?: MqttDoorOptions
  /** Folder with the page. */
  readonly pageFolder?: string
  /** Version of the program. */
  readonly version: string
}

export interface ServerParts {
  readonly log: FastifyBaseLogger
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A city with its doors open. */
export interface Server {
  readonly city: City
  /** Base URL of the HTTP API and the page. */
  readonly url: string
  /** URL of the MQTT broker that devices publish to. */
  readonly mqttUrl: string
  /** What the city's node listens at for others. */
  readonly nodeDoors: CityNodeDoors
  /** For the owner of the folder: what changes the city needs it. */
  readonly adminToken: string
  /** Doors whose port was taken, so that a later one serves. */
  readonly moved: readonly ('http' | 'mqtt')[]
  /** Closes the doors, finishes what was accepted, lets go of the folder. Idempotent. */
  close(): Promise<void>
}

/**
 * Opens a city and its doors.
 *
 * @throws as `openCity`; HttpError `port-taken`; MqttError
 */
export const startServer = async (options: ServerOptions, parts: ServerParts): Promise<Server> => {
  const { log, now } = parts
  const host = options.host ?? HOST_DEFAULT
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    const {
      city,
      folder,
      nodeDoors,
      close: closeCity,
    } = await openCity(options, {
      now,
      randomBytes: (size) => new Uint8Array(randomBytes(size)),
      onError: (error) => log.warn({ err: error }, 'the city reports a fault'),
    })
    opened.push(closeCity)
    const metrics = createMetrics(city)
    const adminToken = randomBytes(TOKEN_BYTES).toString('base64url')
    const http = await createHttpDoor(
      {
        adminToken,
        version: options.version,
        ...(options.pageFolder !== undefined && { pageFolder: options.pageFolder }),
      },
      { city, metrics, log, now },
    )
    opened.push(() => http.close())
    const web = await http.listen({ host, port: options.httpPort ?? HTTP_PORT_DEFAULT })
    const mqtt = await createMqttDoor(options.mqtt ?? { host, port: MQTT_PORT_DEFAULT }, { city, metrics, log })
    opened.push(() => mqtt.close())
    announceServer(folder.path, { pid: process.pid, url: web.url, token: adminToken })
    opened.push(async () => withdrawServer(folder.path))
    const { rpcUrl, p2pPort } = nodeDoors
    if (rpcUrl !== undefined) {
      const { rpcPassword: password } = options
      const { network } = folder.identity
      announceNode(folder.path, {
        ...{ pid: process.pid, network, url: rpcUrl, port: p2pPort },
        ...(password !== undefined && { password }),
      })
      opened.push(async () => withdrawNode(folder.path))
    }
    city.start()
    return {
      city,
      nodeDoors,
      url: web.url,
      mqttUrl: mqtt.url,
      adminToken,
      moved: [...(web.moved ? (['http'] as const) : []), ...(mqtt.moved ? (['mqtt'] as const) : [])],
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
