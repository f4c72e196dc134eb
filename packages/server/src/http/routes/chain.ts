import Type from 'typebox'
import type { Api, ApiParts } from '../api.ts'
import { AnchorView, anchorView, BlockView, blockView } from '../ledger-views.ts'
import { Problem } from '../problem.ts'

const PAGE_MAX = 1_000

/** What stands on the chain: `GET /v1/blocks`, `GET /v1/anchors`. */
export function chainRoutes(api: Api, { city }: ApiParts): void {
  const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: 20 }))

  api.get(
    '/v1/blocks',
    {
      schema: {
        tags: ['chain'],
        operationId: 'listBlocks',
        summary: 'The newest blocks, oldest of them first',
        querystring: Type.Object({ limit }),
        response: { 200: Type.Object({ blocks: Type.Array(BlockView) }), '4xx': Problem, '5xx': Problem },
      },
    },
    async ({ query: { limit: count = 20 } }) => {
      const tip = await city.ledger.tip()
      if (!tip) return { blocks: [] }
      const from = tip.number - BigInt(count) + 1n
      return { blocks: (await city.ledger.blocks(from > 0n ? from : 0n)).map(blockView) }
    },
  )

  api.get(
    '/v1/anchors',
    {
      schema: {
        tags: ['chain'],
        operationId: 'listAnchors',
        summary: 'Anchors of the log, newest first',
        querystring: Type.Object({
          limit,
          before: Type.Optional(Type.Integer({ minimum: 1, description: '`next` of the page before' })),
        }),
        response: {
          200: Type.Object({ anchors: Type.Array(AnchorView), next: Type.Union([Type.Integer(), Type.Null()]) }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { limit: count = 20, before } }) => {
      const anchors = await city.anchors.list(count, before)
      return { anchors: anchors.map(anchorView), next: anchors.length === count ? anchors.at(-1)!.serial : null }
    },
  )
}
