import {
  isPackList,
  type Outcome,
  PACK_LIST_BYTES_MAX,
  type PackEncoding,
  type Receipt,
  WirePack,
} from '@minipolis/city'
import Type, { type Static } from 'typebox'
import type { Api, ApiParts } from '../api.ts'
import { PROBLEM_TYPE, Problem, problemOf, problemOfError } from '../problem.ts'

const DOOR = 'http'

const ReceiptView = Type.Object(
  {
    pack: Type.String({ description: 'pack id, 64 hex digits' }),
    stream: Type.String(),
    first: Type.Integer({ description: 'sequence of the first reading' }),
    count: Type.Integer(),
    logFirst: Type.Integer({ description: 'leaf of the first reading in the log' }),
    duplicate: Type.Boolean({ description: 'the pack had been accepted before' }),
    missing: Type.Integer({ description: 'readings before this pack that were never seen' }),
    state: Type.Literal('accepted', { description: 'durable; ask a reading for how far it has come since' }),
  },
  { description: 'what the city promises about a pack: given only when it is durable' },
)

const OutcomeView = Type.Union([Type.Object({ receipt: ReceiptView }), Type.Object({ problem: Problem })])
const Answer = Type.Union([ReceiptView, Type.Object({ outcomes: Type.Array(OutcomeView) })])

/** `POST /v1/packs`: where devices and gateways send signed readings. */
export function packRoutes(api: Api, { city }: ApiParts): void {
  api.register(async (scope: Api) => {
    // The intake reads the bytes itself, so that what is malformed can be kept and counted like any other refusal.
    scope.removeAllContentTypeParsers()
    for (const type of ['application/json', 'application/cbor'])
      scope.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: PACK_LIST_BYTES_MAX }, (_request, body, done) =>
        done(null, body),
      )

    scope.post(
      '/v1/packs',
      {
        schema: {
          tags: ['readings'],
          operationId: 'postPacks',
          summary: 'Hand in one signed pack, or a list of up to 100',
          description: 'Answers when the pack is durable. Sending the same pack again is harmless.',
          consumes: ['application/json', 'application/cbor'],
          body: Type.Union([WirePack, Type.Array(WirePack, { minItems: 1, maxItems: 100 })]),
          response: { 200: Answer, '4xx': Problem, '5xx': Problem },
        },
        validatorCompiler: () => (value: unknown) => ({ value }),
      },
      async (request, reply) => {
        const bytes = request.body as unknown as Uint8Array
        const encoding: PackEncoding = request.headers['content-type']?.startsWith('application/cbor') ? 'cbor' : 'json'
        if (isPackList(bytes, encoding)) {
          const settled = await Promise.allSettled(city.intake.submitList(bytes, encoding, DOOR))
          return { outcomes: settled.map(outcomeView) }
        }
        const outcome = await city.intake.submitBytes(bytes, encoding, DOOR)
        if (outcome.kind === 'accepted') return receiptView(outcome.receipt)
        const problem = refusalProblem(outcome)
        return reply
          .code(problem.status)
          .type(PROBLEM_TYPE)
          .send(problem as never)
      },
    )
  })
}

const receiptView = (receipt: Receipt): Static<typeof ReceiptView> => ({ ...receipt, state: 'accepted' })

const refusalProblem = ({ code, detail }: Extract<Outcome, { kind: 'refused' }>): Problem => problemOf(code, detail)

function outcomeView(settled: PromiseSettledResult<Outcome>): Static<typeof OutcomeView> {
  if (settled.status === 'rejected') return { problem: problemOfError(settled.reason) }
  const { value } = settled
  return value.kind === 'accepted' ? { receipt: receiptView(value.receipt) } : { problem: refusalProblem(value) }
}
