import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { ImportOptions, ImportProgress, ImportReport } from '@minipolis/city'
import type {
  CityAccess,
  Enrolment,
  EnrolRequest,
  FsckView,
  NodeView,
  RecordsQuery,
  RecordView,
  StreamView,
} from '../commands/city-access.ts'
import { CommandError } from '../terminal/command-error.ts'
import { ADMIN_PATH, BROKEN_TRAILER } from './admin-door.ts'
import { readLines } from './ndjson.ts'
import { errorFrom } from './wire-error.ts'

export interface RemoteCityOptions {
  /** Base URL of the server on this machine. */
  readonly url: string
  readonly token: string
}

interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: AsyncIterable<Uint8Array>
}

interface Done {
  readonly done: number
  readonly total: number
}

/** A city whose folder is held by a server on this machine: everything is asked of the server's administration door. */
export class RemoteCity implements CityAccess {
  readonly place: string
  readonly #options: RemoteCityOptions

  constructor(options: RemoteCityOptions) {
    this.#options = options
    this.place = options.url
  }

  import(
    source: AsyncIterable<Uint8Array>,
    options: ImportOptions,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport> {
    const query = { options: JSON.stringify(options) }
    return this.#long({ method: 'POST', path: 'import', query, body: source }, onProgress)
  }

  async *streams(): AsyncIterable<StreamView> {
    for await (const value of this.#lines({ method: 'GET', path: 'streams' })) yield value as StreamView
  }

  records(query: RecordsQuery): Promise<RecordView[]> {
    return this.#one({ method: 'GET', path: 'records', query: { query: JSON.stringify(query) } })
  }

  evidence(readingId: string, waitMs: number): Promise<string> {
    return this.#one({ method: 'GET', path: 'evidence', query: { id: readingId, wait: String(waitMs) } })
  }

  async node(): Promise<NodeView> {
    return { ...(await this.#one<NodeView>({ method: 'GET', path: 'node' })), url: this.#options.url }
  }

  fsck(onProgress: (done: number, total: number) => void): Promise<FsckView> {
    return this.#long({ method: 'POST', path: 'fsck' }, ({ done, total }: Done) => onProgress(done, total))
  }

  exportLog(folder: string, onProgress: (done: number, total: number) => void): Promise<number> {
    // The server may run in another folder.
    const query = { folder: resolve(folder) }
    return this.#long({ method: 'POST', path: 'export', query }, ({ done, total }: Done) => onProgress(done, total))
  }

  enrol(enrolment: EnrolRequest): Promise<Enrolment> {
    const body = Readable.from([Buffer.from(JSON.stringify(enrolment))])
    return this.#one({ method: 'POST', path: 'devices', body })
  }

  async close(): Promise<void> {}

  async #one<T>(call: Call): Promise<T> {
    for await (const value of this.#lines(call)) return value as T
    throw new CommandError('server', 'the server gave no answer')
  }

  async #long<P, R>(call: Call, onProgress: (progress: P) => void): Promise<R> {
    for await (const value of this.#lines(call)) {
      const { progress, result } = value as { readonly progress?: P; readonly result?: R }
      if (result !== undefined) return result
      if (progress !== undefined) onProgress(progress)
    }
    throw new CommandError('server', 'the server broke off before it was done', {
      hint: 'run the command again: what was taken is kept, and nothing is taken twice',
    })
  }

  async *#lines(call: Call): AsyncGenerator<unknown> {
    const response = await this.#send(call)
    try {
      for await (const value of readLines(response)) {
        const error = errorFrom(value)
        if (error) throw error
        yield value
      }
    } finally {
      response.destroy()
    }
  }

  /** The answer may begin, and even end, before the body is sent. */
  #send({ method, path, query, body }: Call): Promise<IncomingMessage> {
    const { url, token } = this.#options
    const target = new URL(`${ADMIN_PATH.slice(1)}${path}`, url.endsWith('/') ? url : `${url}/`)
    for (const [name, value] of Object.entries(query ?? {})) target.searchParams.set(name, value)
    const outgoing = request(target, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/octet-stream', trailer: BROKEN_TRAILER }),
      },
    })
    return new Promise((fulfil, reject) => {
      outgoing.once('response', fulfil)
      // After the answer has begun its reader learns of broken connections.
      outgoing.on('error', (cause) => {
        const hint = 'is it still running? start it again with: minipolis start'
        reject(new CommandError('server', `the server at ${url} does not answer`, { hint }, { cause }))
      })
      if (body) void sendBody(body, outgoing)
      else outgoing.end()
    })
  }
}

/** Sends a body to its end. When its source fails, the trailer says why, so that the server can answer for what it got. */
async function sendBody(body: AsyncIterable<Uint8Array>, outgoing: ClientRequest): Promise<void> {
  try {
    for await (const piece of body) {
      if (outgoing.destroyed) return
      if (!outgoing.write(piece)) await drained(outgoing)
    }
  } catch (error) {
    outgoing.addTrailers({
      [BROKEN_TRAILER]: encodeURIComponent(error instanceof Error ? error.message : String(error)),
    })
  }
  outgoing.end()
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
