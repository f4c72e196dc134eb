import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ImportOptions, type ImportProgress, runImport } from '@minipolis/city'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { withTightHeap } from '../../city/index.ts'
import { requireAdmin } from '../admin.ts'
import type { Api, ApiParts } from '../api.ts'
import { HttpError } from '../http-error.ts'
import { Problem, problemOfError } from '../problem.ts'

/** Pause between two lines of progress. */
const PROGRESS_EVERY_MS = 200

const validator = Compile(ImportOptions)

/** `POST /v1/import`: a CSV source as the body, of any length. */
export function importRoutes(api: Api, { city, now, adminToken }: ApiParts & { readonly adminToken: string }): void {
  api.register(async (scope: Api) => {
    // Not read ahead: the importer takes it piece by piece, at the pace of the store.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.post(
      '/v1/import',
      {
        bodyLimit: Number.MAX_SAFE_INTEGER,
        onRequest: requireAdmin(adminToken),
        schema: {
          tags: ['import'],
          operationId: 'importCsv',
          summary: 'Import a CSV source',
          description:
            'Answers with lines of JSON (application/x-ndjson): {"progress":…} now and then, at the end {"report":…} or {"problem":…}.',
          security: [{ admin: [] }],
          querystring: Type.Object({
            options: Type.String({ maxLength: 65_536, description: 'ImportOptions as JSON' }),
          }),
          consumes: ['text/csv', 'application/gzip'],
          body: Type.Unknown(),
          produces: ['application/x-ndjson'],
          response: { 200: Type.Unknown(), '4xx': Problem },
        },
        validatorCompiler: () => (value: unknown) => ({ value }),
      },
      async (request, reply) => {
        const options = parseOptions(request.query.options)
        const body = request.body as unknown as Readable
        const packed = request.headers['content-type']?.startsWith('application/gzip')
        const source = packed ? unpacked(body) : body
        const lines = new Readable({ read: () => undefined })
        const say = (line: object) => lines.push(`${JSON.stringify(line)}\n`)
        let saidMs = 0
        const onProgress = (progress: ImportProgress) => {
          if (now() - saidMs < PROGRESS_EVERY_MS) return
          saidMs = now()
          say({ progress })
        }
        withTightHeap(() => runImport(source, options, city.gateway, onProgress))
          .then((report) => say({ report }))
          .catch((error: unknown) => {
            const problem = problemOfError(error)
            if (problem.status >= 500) request.log.error({ err: error }, 'import failed')
            say({ problem })
          })
          .finally(() => lines.push(null))
        return reply.type('application/x-ndjson').send(lines)
      },
    )
  })
}

/** A sender that goes away in the middle ends the unpacked stream with its error, and so the import. */
function unpacked(body: Readable): Readable {
  const gunzip = createGunzip()
  pipeline(body, gunzip, () => undefined)
  return gunzip
}

function parseOptions(text: string | undefined): ImportOptions {
  let options: unknown
  try {
    options = JSON.parse(text ?? '')
  } catch (cause) {
    throw new HttpError('request', 'query.options is not JSON', {}, { cause })
  }
  if (validator.Check(options)) return options
  const [error] = validator.Errors(options)
  throw new HttpError('request', `query.options${error?.instancePath.replaceAll('/', '.')}: ${error?.message}`)
}
