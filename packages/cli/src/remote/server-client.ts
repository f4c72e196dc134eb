import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { MinipolisError } from '@minipolis/minima'
import { CommandError } from '../terminal/command-error.ts'
import { readLines } from './ndjson.ts'

export interface ServerClientOptions {
  /** Base URL of the server. */
  readonly url: string
  /** Administration token. */
  readonly token: string
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Asks a server, and turns its refusals back into errors of their codes. */
export class ServerClient {
  readonly url: string
  readonly #token: string

  constructor({ url, token }: ServerClientOptions) {
    this.url = url
    this.#token = token
  }

  /** @throws the server's problem as an error of its code; CommandError `server` when it does not answer */
  async get<T>(path: string, query: Query = {}): Promise<T> {
    return (await this.#fetch(this.#address(path, query))).json() as Promise<T>
  }

  async text(path: string, query: Query = {}): Promise<string> {
    return (await this.#fetch(this.#address(path, query))).text()
  }

  /** `undefined` when there is nothing at the path. */
  async bytes(path: string): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await (await this.#fetch(this.#address(path, {}))).arrayBuffer())
    } catch (error) {
      if (error instanceof MinipolisError && error.code === 'not-found') return undefined
      throw error
    }
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { ...this.#headers(), 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await this.#fetch(this.#address(path, {}), init)).json() as Promise<T>
  }

  /**
   * Sends a body of any length and reads the lines of the answer while it is sent.
   *
   * @throws what the body's source throws, once the server has been told that it ends
   */
  async *upload(path: string, query: Query, body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
    const headers = { ...this.#headers(), 'content-type': 'text/csv' }
    const outgoing = request(this.#address(path, query), { method: 'POST', headers })
    const broken: { cause?: unknown } = {}
    const response = await new Promise<IncomingMessage>((fulfil, reject) => {
      outgoing.once('response', fulfil)
      // Once the answer has begun its reader learns of broken connections.
      outgoing.on('error', (cause) => reject(broken.cause ?? this.#silent(cause)))
      void send(body, outgoing, broken)
    })
    try {
      if (response.statusCode !== 200) throw problemError(await textOf(response), response.statusCode ?? 0)
      for await (const line of readLines(response)) yield line
    } catch (error) {
      throw broken.cause ?? error
    } finally {
      response.destroy()
    }
  }

  #address(path: string, query: Query): URL {
    const address = new URL(path, this.url)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value))
    }
    return address
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` }
  }

  async #fetch(address: URL, init: RequestInit = { headers: this.#headers() }): Promise<Response> {
    let response: Response
    try {
      response = await fetch(address, init)
    } catch (cause) {
      throw this.#silent(cause)
    }
    if (!response.ok) throw problemError(await response.text(), response.status)
    return response
  }

  #silent(cause: unknown): CommandError {
    const hint = 'is it still running? start it again with: minipolis start'
    return new CommandError('server', `the server at ${this.url} does not answer`, { url: this.url, hint }, { cause })
  }
}

/** The error that a problem document tells of. Source: RFC 9457. */
export function problemError(text: string, status: number): MinipolisError {
  let problem: { readonly [member in 'code' | 'detail' | 'title' | 'hint']?: unknown } = {}
  try {
    problem = Object(JSON.parse(text))
  } catch {
    // Something between us and the server answered.
  }
  const { code = 'server', detail, title = `the server answered ${status}`, hint } = problem
  return new MinipolisError(String(code), String(detail ?? title), { status, ...(hint !== undefined && { hint }) })
}

/** Sends a body to its end. When its source fails the connection is cut, and `broken` keeps the reason. */
async function send(
  body: AsyncIterable<Uint8Array>,
  outgoing: ClientRequest,
  broken: { cause?: unknown },
): Promise<void> {
  try {
    for await (const piece of body) {
      if (outgoing.destroyed) return
      if (!outgoing.write(piece)) await drained(outgoing)
    }
    outgoing.end()
  } catch (cause) {
    broken.cause = cause
    outgoing.destroy()
  }
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.on('drain', done)
    outgoing.on('close', done)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of response.setEncoding('utf8')) text += piece
  return text
}
