import { parseInstant, RECORD_STATES, RECORDS_PAGE_MAX, type ReadingRecord, recordState } from '@minipolis/city'
import Type from 'typebox'
import type { Api, ApiParts } from '../api.ts'
import { HttpError } from '../http-error.ts'
import { Problem } from '../problem.ts'
import { ReadingView, readingView } from '../views.ts'

const Instant = (description: string) =>
  Type.String({ maxLength: 40, description: `${description}: RFC 3339, UTC or with offset` })

/** Readings: `GET /v1/readings`, `GET /v1/readings/ID`. */
export function readingRoutes(api: Api, { city }: ApiParts): void {
  api.get(
    '/v1/readings',
    {
      schema: {
        tags: ['readings'],
        operationId: 'listReadings',
        summary: 'Readings of a stream in the order of time, or the newest of the city',
        querystring: Type.Object({
          stream: Type.Optional(Type.String({ maxLength: 128, description: 'without it: the newest of all streams' })),
          from: Type.Optional(Instant('inclusive')),
          to: Type.Optional(Instant('exclusive')),
          at: Type.Optional(Instant('exactly this instant')),
          newest: Type.Optional(Type.Boolean({ description: 'newest first' })),
          cursor: Type.Optional(Type.String({ maxLength: 40, description: '`next` of the page before' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: RECORDS_PAGE_MAX, default: 100 })),
        }),
        response: {
          200: Type.Object({ readings: Type.Array(ReadingView), next: Type.Union([Type.String(), Type.Null()]) }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { stream: id, from, to, at, newest = false, cursor, limit = 100 } }) => {
      const after = cursor === undefined ? undefined : parseCursor(cursor)
      if (id === undefined) {
        if (from !== undefined || to !== undefined || at !== undefined)
          throw new HttpError('request', 'from, to and at need a stream: name it with stream=ID')
        const records = await city.records.newest({ limit, before: after?.logIndex })
        return {
          readings: records.map((record) => readingView(record, record.unit)),
          next: cursorBehind(records, limit),
        }
      }
      const stream = await city.streams.get(id)
      const atMs = at === undefined ? undefined : instantOf('at', at)
      const records = await city.records.byTime(stream, {
        fromMs: atMs ?? (from === undefined ? undefined : instantOf('from', from)),
        toMs: atMs === undefined ? (to === undefined ? undefined : instantOf('to', to)) : atMs + 1,
        after,
        descending: newest,
        limit,
      })
      return { readings: records.map((record) => readingView(record, stream.unit)), next: cursorBehind(records, limit) }
    },
  )

  api.get(
    '/v1/readings/*',
    {
      schema: {
        tags: ['readings'],
        operationId: 'getReading',
        summary: 'One reading and how far it has come; its id follows the slash as it is',
        params: Type.Object({ '*': Type.String() }),
        response: {
          200: Type.Object({ reading: ReadingView, state: Type.Enum([...RECORD_STATES]) }),
          '4xx': Problem,
        },
      },
    },
    async ({ params }) => {
      const id = params['*']
      const record = await city.records.find(id)
      if (!record) throw new HttpError('not-found', `there is no reading ${id}`)
      const { unit } = await city.streams.get(record.stream)
      return { reading: readingView(record, unit), state: recordState(record.logIndex, await city.reach()) }
    },
  )
}

/** Any RFC 3339 time with an offset; a time without one is not an instant. */
const WITH_OFFSET = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/

function instantOf(name: string, text: string): number {
  // A plus sign in an address means a blank, and people forget to escape it.
  const mended = text.replace(/ (\d\d:\d\d)$/, '+$1')
  const ms = parseInstant(mended) ?? (WITH_OFFSET.test(mended) ? Date.parse(mended.replace(' ', 'T')) : Number.NaN)
  if (Number.isNaN(ms))
    throw new HttpError('request', `query.${name} is not an instant such as 2026-03-01T08:00:00.000Z: ${text}`)
  return ms
}

/** The place of a record in the order of time. */
const cursorBehind = (records: readonly ReadingRecord[], limit: number): string | null => {
  const last = records.at(-1)
  return last && records.length === limit ? `${last.timeMs}.${last.logIndex}` : null
}

function parseCursor(text: string): { readonly timeMs: number; readonly logIndex: number } {
  const parts = /^(-?\d{1,15})\.(\d{1,15})$/.exec(text)
  if (!parts) throw new HttpError('request', 'query.cursor is not one that this API gave')
  return { timeMs: Number(parts[1]), logIndex: Number(parts[2]) }
}
