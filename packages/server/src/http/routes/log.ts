import { readLogResource } from '@minipolis/city'
import Type from 'typebox'
import type { Api, ApiParts } from '../api.ts'
import { HttpError } from '../http-error.ts'
import { Problem } from '../problem.ts'

/** A year: full tiles and entry bundles never change under their path. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** The log as static files: `/log/checkpoint`, `/log/tile/…`. Source: c2sp.org/tlog-tiles. */
export function logRoutes(api: Api, { city }: ApiParts): void {
  api.get(
    '/log/*',
    {
      schema: {
        tags: ['log'],
        operationId: 'getLogFile',
        summary: 'A file of the log: checkpoint, tile/LEVEL/INDEX[.p/WIDTH], tile/entries/INDEX[.p/WIDTH]',
        params: Type.Object({ '*': Type.String() }),
        response: { 200: Type.Unknown(), '4xx': Problem },
      },
    },
    async ({ params }, reply) => {
      const path = params['*']
      const file = await readLogResource(city.logStore, path)
      if (!file) throw new HttpError('not-found', `the log has no file ${path.slice(0, 200)}, or not yet`)
      return reply
        .header('cache-control', file.immutable ? IMMUTABLE : 'no-cache')
        .header('access-control-allow-origin', '*')
        .type(file.contentType)
        .send(Buffer.from(file.bytes))
    },
  )
}
