import { readStreamHeads, STREAM_KINDS, STREAMS_PAGE_MAX, type Stream, type StreamDefinition } from '@minipolis/city'
import Type from 'typebox'
import { requireAdmin } from '../admin.ts'
import type { Api, ApiParts } from '../api.ts'
import { Problem } from '../problem.ts'
import { readingView, StreamView, streamView } from '../views.ts'

/** Streams registered with one request. */
const REGISTER_MAX = 1_000

/** A stream to register, without its device. */
export const StreamForm = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9._~:/-]{1,128}$' }),
    unit: Type.String({ minLength: 1, maxLength: 64, description: 'UCUM code' }),
    kind: Type.Optional(Type.Enum([...STREAM_KINDS])),
    zone: Type.Optional(Type.String({ maxLength: 64 })),
    label: Type.Optional(Type.String({ maxLength: 256 })),
    history: Type.Optional(Type.Boolean({ description: 'readings may be of any age' })),
    personal: Type.Optional(Type.Boolean({ description: 'only commitments are taken' })),
    properties: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'place, site, what else is known' }),
    ),
  },
  { additionalProperties: false },
)

/** Streams: `GET /v1/streams`, `GET /v1/streams/ID`, `POST /v1/streams`. */
export function streamRoutes(api: Api, { city, adminToken }: ApiParts & { readonly adminToken: string }): void {
  const views = async (streams: readonly Stream[], withLatest: boolean): Promise<StreamView[]> => {
    const heads = await readStreamHeads(
      city.store.db,
      streams.map(({ no }) => no),
    )
    const leaves = withLatest ? [...heads.values()].map(({ lastIndex }) => lastIndex) : []
    const latest = new Map((await city.records.atLeaves(leaves)).map((record) => [record.stream, record]))
    return streams.map((stream) => {
      const record = latest.get(stream.id)
      return streamView(stream, heads.get(stream.no), record && readingView(record, stream.unit))
    })
  }

  api.get(
    '/v1/streams',
    {
      schema: {
        tags: ['streams'],
        operationId: 'listStreams',
        summary: 'Streams in the order of their ids',
        querystring: Type.Object({
          after: Type.Optional(Type.String({ maxLength: 128, description: '`next` of the page before' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: STREAMS_PAGE_MAX, default: 100 })),
          latest: Type.Optional(Type.Boolean({ description: 'with the last reading of each' })),
        }),
        response: {
          200: Type.Object({ streams: Type.Array(StreamView), next: Type.Union([Type.String(), Type.Null()]) }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { after, limit = 100, latest = false } }) => {
      const streams = await city.streams.list({ after, limit })
      const next = streams.length === limit ? streams.at(-1)!.id : null
      return { streams: await views(streams, latest), next }
    },
  )

  api.get(
    '/v1/streams/*',
    {
      schema: {
        tags: ['streams'],
        operationId: 'getStream',
        summary: 'One stream with its last reading; the id follows the slash as it is',
        params: Type.Object({ '*': Type.String() }),
        response: { 200: StreamView, '4xx': Problem },
      },
    },
    async ({ params }) => {
      const [view] = await views([await city.streams.get(params['*'])], true)
      return view!
    },
  )

  api.post(
    '/v1/streams',
    {
      onRequest: requireAdmin(adminToken),
      schema: {
        tags: ['streams'],
        operationId: 'registerStreams',
        summary: 'Register streams of a device; those that exist already stay as they are',
        security: [{ admin: [] }],
        body: Type.Object(
          { device: Type.String(), streams: Type.Array(StreamForm, { minItems: 1, maxItems: REGISTER_MAX }) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ streams: Type.Array(StreamView) }), '4xx': Problem },
      },
    },
    async ({ body: { device, streams } }) => {
      const definitions = streams.map((form): StreamDefinition => ({ ...form, device }))
      return { streams: await views(await city.streams.registerAll(definitions), false) }
    },
  )
}
