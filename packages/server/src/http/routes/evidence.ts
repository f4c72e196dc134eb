import {
  EVIDENCE_LENGTH_MAX,
  formatEvidence,
  formatNoteKey,
  parseReadingId,
  toLowerHex,
  verifyEvidence,
} from '@minipolis/city'
import Type from 'typebox'
import { nodeEd25519 } from '../../crypto/index.ts'
import type { Api, ApiParts } from '../api.ts'
import { Problem } from '../problem.ts'

/** Evidence: `GET /v1/evidence`, `POST /v1/verify`. */
export function evidenceRoutes(api: Api, { city, now }: ApiParts): void {
  api.get(
    '/v1/evidence',
    {
      schema: {
        tags: ['evidence'],
        operationId: 'getEvidence',
        summary: 'The evidence file of a reading, or of consecutive readings of its stream',
        querystring: Type.Object({
          reading: Type.String({ maxLength: 160, description: 'reading id' }),
          last: Type.Optional(
            Type.Integer({ minimum: 1, description: 'sequence of the last reading, for more than one' }),
          ),
        }),
        produces: ['application/json'],
        response: { 200: Type.Unknown({ description: 'one self-contained file, exactly as written' }), '4xx': Problem },
      },
    },
    async ({ query: { reading, last } }, reply) => {
      const { stream, sequence } = parseReadingId(reading)
      const text = formatEvidence(await city.evidence({ stream, first: sequence, ...(last !== undefined && { last }) }))
      const name = `${reading.replaceAll(/[^A-Za-z0-9._@-]/g, '_')}.evidence.json`
      return reply
        .header('content-disposition', `inline; filename="${name}"`)
        .type('application/json; charset=utf-8')
        .send(text)
    },
  )

  api.register(async (scope: Api) => {
    // The text as it came: the verifier judges every byte of it.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      ['application/json', 'text/plain'],
      { parseAs: 'string', bodyLimit: EVIDENCE_LENGTH_MAX },
      (_request, body, done) => done(null, body),
    )
    scope.post(
      '/v1/verify',
      {
        schema: {
          tags: ['evidence'],
          operationId: 'verifyEvidence',
          summary: 'Judge an evidence file: intact, complete, and each link of its chain',
          querystring: Type.Object({
            own: Type.Optional(Type.Boolean({ description: 'only evidence of this very city counts' })),
          }),
          consumes: ['application/json', 'text/plain'],
          body: Type.Unknown({ description: 'an evidence file' }),
          response: { 200: Type.Unknown({ description: 'the verdict' }), '4xx': Problem },
        },
        validatorCompiler:
          ({ httpPart }) =>
          (value: unknown) =>
            httpPart === 'querystring' ? { value: { own: (value as { own?: string }).own === 'true' } } : { value },
      },
      async ({ body, query: { own } }) => {
        const trust = {
          logKeys: [formatNoteKey(city.log.key)],
          authorityKeys: [toLowerHex(city.credentials.authority.publicKey)],
        }
        return verifyEvidence(body, { nowMs: now(), ed25519: nodeEd25519, ...(own && { trust }) })
      },
    )
  })
}
