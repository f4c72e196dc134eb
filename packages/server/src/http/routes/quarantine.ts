import { formatInstant, QUARANTINE_PAGE_MAX, REFUSAL_CODES, toBase64 } from '@minipolis/city'
import Type from 'typebox'
import { requireAdmin } from '../admin.ts'
import type { Api, ApiParts } from '../api.ts'
import { Problem } from '../problem.ts'

const Nullable = () => Type.Union([Type.String(), Type.Null()])

/** What was refused: `GET /v1/quarantine`. For the operator only, because it shows what strangers sent. */
export function quarantineRoutes(api: Api, { city, adminToken }: ApiParts & { readonly adminToken: string }): void {
  api.get(
    '/v1/quarantine',
    {
      onRequest: requireAdmin(adminToken),
      schema: {
        tags: ['readings'],
        operationId: 'listQuarantine',
        summary: 'Refused messages, newest first, and how many there are of each kind',
        security: [{ admin: [] }],
        querystring: Type.Object({
          before: Type.Optional(Type.Integer({ minimum: 1, description: '`next` of the page before' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: QUARANTINE_PAGE_MAX, default: 100 })),
        }),
        response: {
          200: Type.Object({
            counts: Type.Partial(Type.Record(Type.Enum([...REFUSAL_CODES]), Type.Integer())),
            entries: Type.Array(
              Type.Object({
                no: Type.Integer(),
                time: Type.String(),
                code: Type.Enum([...REFUSAL_CODES]),
                detail: Type.String(),
                door: Type.String(),
                device: Nullable(),
                stream: Nullable(),
                size: Type.Integer({ description: 'bytes of the message' }),
                payload: Type.String({ description: 'the message in base64, cut at 4,096 bytes' }),
              }),
            ),
            next: Type.Union([Type.Integer(), Type.Null()]),
          }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { before, limit = 100 } }) => {
      const records = await city.quarantine.list({ before, limit })
      return {
        counts: Object.fromEntries(await city.quarantine.counts()),
        entries: records.map(({ timeMs, device, stream, payload, ...rest }) => ({
          ...rest,
          time: formatInstant(timeMs),
          device: device ?? null,
          stream: stream ?? null,
          payload: toBase64(payload),
        })),
        next: records.length === limit ? records.at(-1)!.no : null,
      }
    },
  )
}
