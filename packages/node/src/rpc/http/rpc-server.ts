import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { MinipolisError } from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'
import type { CommandRunner } from '../run-line.ts'
import { createServer } from './create-server.ts'
import { isForeignPage } from './foreign-page.ts'
import { requestLine } from './request-line.ts'
import type { Users } from './users.ts'

/** Connections at a time; further ones are closed. */
export const CONNECTIONS_MAX = 128
/** Requests that run at a time; further ones are told to come again. */
export const RUNNING_MAX = 32
const HEADER_BYTES_MAX = 16 * 1024
/** From the first byte to the end of the request. Milliseconds. */
const REQUEST_TIME_MAX_MS = 30_000
const HEADERS_TIME_MAX_MS = 10_000

export interface RpcServerOptions {
  /** 127.0.0.1 when absent. */
  readonly host?: string
  /** 0 takes any free port. */
  readonly port: number
  /** PEM texts; plain HTTP when absent. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface RpcServerParts {
  readonly runner: CommandRunner
  readonly users: Users
  /** Told of defects of this program. */
  readonly failed: (error: unknown) => void
}

/** Command lines over HTTP. Source of the form: spec 08 section 1; headers as HTTP has them. */
export class RpcServer {
  readonly #options: RpcServerOptions
  readonly #parts: RpcServerParts
  #server: Server | undefined
  #running = 0

  constructor(options: RpcServerOptions, parts: RpcServerParts) {
    this.#options = options
    this.#parts = parts
  }

  /** The port listened on; undefined while stopped. */
  get port(): number | undefined {
    const address = this.#server?.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  /** @throws RpcError `refused` for an open address without passwords, `unavailable` when the port cannot be had */
  async start(): Promise<void> {
    const { host = '127.0.0.1', port, tls } = this.#options
    if (!isLoopback(host) && !this.#parts.users.isDemanded) {
      throw new RpcError('refused', `${host} can be reached by others; set a password for this interface first`)
    }
    const limits = {
      maxHeaderSize: HEADER_BYTES_MAX,
      requestTimeout: REQUEST_TIME_MAX_MS,
      headersTimeout: HEADERS_TIME_MAX_MS,
    }
    const server = createServer(limits, tls)
    server.maxConnections = CONNECTIONS_MAX
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(
          new RpcError('unavailable', `cannot listen on ${host}:${port}: ${cause.message}`, { host, port }, { cause }),
        ),
      )
      server.listen(port, host, resolve)
    })
    server.on('error', this.#parts.failed)
    this.#server = server
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 1000).unref()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#running >= RUNNING_MAX) return answer(response, 503, errorText('too many requests run; try again'))
    this.#running++
    try {
      await this.#answer(request, response)
    } catch (error) {
      if (!response.headersSent) answer(response, 500, '{"status":false}')
      this.#parts.failed(error)
    } finally {
      this.#running--
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { runner, users } = this.#parts
    if (isForeignPage(request.headers, users.isDemanded))
      return answer(response, 403, errorText('web pages may not call this'))
    const caller = await users.identify(request.headers.authorization)
    if (caller === undefined) {
      response.setHeader('WWW-Authenticate', 'Basic realm="Minima", charset="UTF-8"')
      return answer(response, 401, errorText('Authentication failure..'))
    }
    let line: string
    try {
      line = await requestLine(request)
    } catch (error) {
      if (!(error instanceof MinipolisError)) return void response.destroy()
      return answer(response, error.code === 'too-much' ? 413 : 400, errorText(error.message))
    }
    answer(response, 200, await runner.runLine(line, caller))
  }
}

const errorText = (message: string): string => JSON.stringify({ error: message })

function answer(response: ServerResponse, status: number, body: string): void {
  const bytes = Buffer.from(`${body}\n`, 'utf8')
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  })
  response.end(bytes)
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
