import fastifyStatic from '@fastify/static'
import type { City } from '@minipolis/city'
import { MinipolisError } from '@minipolis/minima'
import { type FastifyBaseLogger, fastify } from 'fastify'
import type { Metrics } from '../metrics/index.ts'
import type { Api } from './api.ts'
import { EventHub } from './event-hub.ts'
import { type Listening, listenOnFreePort } from './free-port.ts'
import { HttpError } from './http-error.ts'
import { openApiRoutes } from './openapi.ts'
import { PROBLEM_TYPE, problemOfError } from './problem.ts'
import { chainRoutes } from './routes/chain.ts'
import { deviceRoutes } from './routes/devices.ts'
import { eventRoutes } from './routes/events.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { importRoutes } from './routes/import.ts'
import { logRoutes } from './routes/log.ts'
import { packRoutes } from './routes/packs.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { readingRoutes } from './routes/readings.ts'
import { statusRoutes } from './routes/status.ts'
import { streamRoutes } from './routes/streams.ts'
import { compileValidator } from './validation.ts'

export interface HttpDoorOptions {
  /** Asked of every request that changes something, save packs, which carry their own signature. */
  readonly adminToken: string
  /** Version of the program, for the API document. */
  readonly version: string
  /** Folder with the page; without it there is none. */
  readonly pageFolder?: string
}

export interface HttpDoorParts {
  readonly city: City
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface HttpDoor {
  /** For tests: requests without a socket. */
  readonly api: Api
  /** Listens on a port, or on the next that is free. */
  listen(at: { readonly host: string; readonly port: number }): Promise<Listening & { readonly url: string }>
  /** Finishes open requests and closes. Idempotent. */
  close(): Promise<void>
}

/** Connections served at once. */
const CONNECTIONS_MAX = 10_000

/** Bytes of a request body at most, where a route does not say otherwise. */
const BODY_BYTES_MAX = 1024 * 1024

/** The HTTP API, its document, the log's files, metrics and the page. */
export async function createHttpDoor(options: HttpDoorOptions, parts: HttpDoorParts): Promise<HttpDoor> {
  const { city, metrics, log, now } = parts
  const { adminToken, version } = options
  const api: Api = fastify({
    // Two lines for each request would drown the story of the day; metrics count them.
    loggerInstance: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
    // One logger for all requests: a child for each would be made for nothing, because nearly none of them writes a line.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_BYTES_MAX,
    // Ids of streams and readings hold slashes and stand in the address as they are.
    routerOptions: { maxParamLength: 256 },
    forceCloseConnections: 'idle',
  })
  api.server.maxConnections = CONNECTIONS_MAX
  api.setValidatorCompiler(compileValidator)
  // Answers are built by hand in the form that their schemas say; a second look at each would cost more than it finds.
  api.setSerializerCompiler(() => (data) => JSON.stringify(data))
  api.setErrorHandler((error, request, reply) => {
    const problem = problemOfError(error)
    if (problem.status >= 500 && !isExpected(error))
      request.log.error({ err: error, url: request.url }, 'request failed')
    if (problem.status === 503) reply.header('retry-after', '1')
    return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
  })
  api.setNotFoundHandler((request) => {
    throw new HttpError('not-found', `there is nothing at ${request.method} ${request.url.slice(0, 200)}`)
  })
  api.addHook('onResponse', (request, reply, done) => {
    metrics.httpRequest(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime)
    done()
  })

  await openApiRoutes(api, version)
  const events = new EventHub(city, (error) => log.warn({ err: error }, 'anchors could not be read'))
  const shared = { city, now, adminToken, version, events }
  for (const routes of [
    packRoutes,
    readingRoutes,
    streamRoutes,
    evidenceRoutes,
    logRoutes,
    chainRoutes,
    deviceRoutes,
    importRoutes,
    quarantineRoutes,
    eventRoutes,
    statusRoutes,
  ])
    routes(api, shared)
  api.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
  if (options.pageFolder !== undefined) await api.register(fastifyStatic, { root: options.pageFolder })

  return {
    api,
    async listen({ host, port }) {
      const listening = await listenOnFreePort(port, async (candidate) => {
        await api.listen({ host, port: candidate })
        const address = api.server.address()
        return typeof address === 'object' && address ? address.port : candidate
      })
      const name = host.includes(':') ? `[${host}]` : host
      return { ...listening, url: `http://${name}:${listening.port}` }
    },
    close: () => api.close(),
  }
}

/** Back-pressure is no fault. */
const isExpected = (error: unknown): boolean =>
  error instanceof MinipolisError && ['busy', 'stopped'].includes(error.code)
