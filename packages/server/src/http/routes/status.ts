import { formatInstant, formatNoteKey, takeCensus, toLowerHex } from '@minipolis/city'
import Type from 'typebox'
import type { Api, ApiParts } from '../api.ts'
import { AnchorView, anchorView, BlockView, blockView } from '../ledger-views.ts'

const Nullable = <T extends typeof AnchorView | typeof BlockView>(schema: T) => Type.Union([schema, Type.Null()])

const StatusView = Type.Object(
  {
    name: Type.String({ description: "origin line of the city's log" }),
    version: Type.String(),
    asOf: Type.String({ description: 'UTC instant' }),
    network: Type.String({ description: 'Minima network' }),
    tip: Nullable(BlockView),
    log: Type.Object({
      origin: Type.String(),
      size: Type.Integer({ description: 'durable leaves' }),
      checkpoint: Type.Union([Type.Integer(), Type.Null()], { description: 'leaves under the newest checkpoint' }),
      root: Type.String({ description: 'root of that checkpoint, hex; empty before the first' }),
      key: Type.String({ description: "the log's verifier key" }),
    }),
    authority: Type.String({ description: 'Ed25519 public key that certifies devices, hex' }),
    counts: Type.Object({
      devices: Type.Integer(),
      streams: Type.Integer(),
      readings: Type.Integer(),
      quarantined: Type.Integer(),
    }),
    anchor: Nullable(AnchorView),
  },
  { description: 'the city at a glance' },
)

/** How the city is: `GET /v1/status`, `GET /health`. */
export function statusRoutes(api: Api, { city, now, version }: ApiParts & { readonly version: string }): void {
  api.get(
    '/v1/status',
    {
      schema: {
        tags: ['status'],
        operationId: 'getStatus',
        summary: 'The city at a glance',
        response: { 200: StatusView },
      },
    },
    async () => {
      const { ledger, logStore, log, anchors, origin, credentials } = city
      const [network, tip, checkpoint, [anchor], census] = await Promise.all([
        ledger.network(),
        ledger.tip(),
        logStore.newestCheckpoint(),
        anchors.list(1),
        takeCensus(city.store),
      ])
      return {
        name: origin,
        version,
        asOf: formatInstant(now()),
        network: network.name,
        tip: tip ? blockView(tip) : null,
        log: {
          origin,
          size: log.size,
          checkpoint: checkpoint?.size ?? null,
          root: checkpoint ? toLowerHex(checkpoint.root) : '',
          key: formatNoteKey(log.key),
        },
        authority: toLowerHex(credentials.authority.publicKey),
        counts: { ...census, readings: log.size },
        anchor: anchor ? anchorView(anchor) : null,
      }
    },
  )

  api.get(
    '/health',
    {
      schema: {
        tags: ['status'],
        operationId: 'getHealth',
        summary: 'Answers while the server and its store work',
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => {
      await city.store.schema()
      return { status: 'ok' as const }
    },
  )
}
