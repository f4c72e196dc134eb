import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readImportOptions } from '@minipolis/city'
import type { CityAccess } from '../commands/city-access.ts'
import { CommandError } from '../terminal/command-error.ts'
import { readEnrolRequest, readRecordsQuery } from './admin-requests.ts'
import { line } from './ndjson.ts'
import { wireError } from './wire-error.ts'

/** Where the door stands in the server's paths. */
export const ADMIN_PATH = '/v1/admin/'

/** Trailer of an import whose source broke off: why, percent-encoded. */
export const BROKEN_TRAILER = 'x-source-broken'

/** Bytes of a request other than an import. */
const BODY_BYTES_MAX = 1 << 20

/** Between two lines of progress. */
const PROGRESS_EVERY_MS = 100

type City = Omit<CityAccess, 'close'>
type Answer = (city: City, request: IncomingMessage, query: URLSearchParams, response: ServerResponse) => Promise<void>

const ANSWERS: Readonly<Record<string, Answer>> = {
  'POST import': async (city, request, query, response) => {
    const options = readImportOptions(parseJson(query.get('options')))
    await stream(response, (progress) => city.import(sourceOf(request), options, progress))
  },
  'GET streams': async (city, _request, _query, response) => {
    for await (const view of city.streams()) {
      if (!response.write(line(view))) await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  },
  'GET records': async (city, _request, query, response) => {
    response.end(line(await city.records(readRecordsQuery(parseJson(query.get('query'))))))
  },
  'GET evidence': async (city, _request, query, response) => {
    response.end(line(await city.evidence(query.get('id') ?? '', Number(query.get('wait') ?? 0))))
  },
  'GET node': async (city, _request, _query, response) => {
    response.end(line(await city.node()))
  },
  'POST fsck': async (city, _request, _query, response) => {
    await stream(response, (progress) => city.fsck((done, total) => progress({ done, total })))
  },
  'POST export': async (city, _request, query, response) => {
    await stream(response, (progress) =>
      city.exportLog(query.get('folder') ?? '', (done, total) => progress({ done, total })),
    )
  },
  'POST devices': async (city, request, _query, response) => {
    response.end(line(await city.enrol(readEnrolRequest(parseJson(await bodyOf(request))))))
  },
}

/**
 * The door through which commands reach a running server: everything of `CityAccess`, for whoever can read the token in the
 * data folder. Answers are lines of JSON; long work sends its progress first. Independent of any web framework.
 *
 * @returns `false` when the request is for another door
 */
export function createAdminDoor(
  city: City,
  token: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!url.pathname.startsWith(ADMIN_PATH)) return false
    const answer = ANSWERS[`${request.method} ${url.pathname.slice(ADMIN_PATH.length)}`]
    response.setHeader('content-type', 'application/x-ndjson')
    if (!isAdmin(request, token)) refuse(response, 401, new CommandError('server', 'the administration token is wrong'))
    else if (!answer) refuse(response, 404, new CommandError('server', `there is no ${request.method} ${url.pathname}`))
    else {
      try {
        await answer(city, request, url.searchParams, response)
      } catch (error) {
        refuse(response, 400, error)
      }
    }
    return true
  }
}

/** Runs long work, sending `{progress}` now and then and `{result}` at its end. */
async function stream<P, R>(
  response: ServerResponse,
  work: (progress: (value: P) => void) => Promise<R>,
): Promise<void> {
  let lastMs = 0
  response.flushHeaders()
  const result = await work((progress) => {
    const nowMs = performance.now()
    // A reader that does not keep up misses some: progress is no record.
    if (nowMs - lastMs < PROGRESS_EVERY_MS || response.writableNeedDrain) return
    lastMs = nowMs
    response.write(line({ progress }))
  })
  response.end(line({ result }))
}

function refuse(response: ServerResponse, status: number, error: unknown): void {
  if (!response.headersSent) response.statusCode = status
  response.end(line({ error: wireError(error) }))
}

function isAdmin(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function* sourceOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  yield* request as AsyncIterable<Uint8Array>
  const broken = request.trailers[BROKEN_TRAILER]
  if (broken !== undefined) throw new CommandError('file', decodeURIComponent(broken))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    size += piece.length
    if (size > BODY_BYTES_MAX) throw new CommandError('usage', `a request has at most ${BODY_BYTES_MAX} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch (cause) {
    throw new CommandError('usage', 'the request is not JSON', {}, { cause })
  }
}
