import swagger from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import type { Api } from './api.ts'

/** The API document, made of the schemas that validate requests: `GET /openapi.json`. */
export async function openApiRoutes(api: Api, version: string): Promise<void> {
  await api.register(swagger, {
    transform: ({ schema, url }) => nameRest(schema, url),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Minipolis',
        version,
        description: 'Signed readings of a city, with evidence anchored on Minima.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: ['readings', 'streams', 'evidence', 'log', 'chain', 'devices', 'import', 'events', 'status'].map(
        (name) => ({ name }),
      ),
      components: {
        securitySchemes: {
          admin: { type: 'http', scheme: 'bearer', description: 'administration token of the data folder' },
        },
      },
    },
  })
  api.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger())
}

/** Documents have no word for "the rest of the address": it becomes a parameter with a name. */
function nameRest(schema: FastifySchema, url: string): { schema: FastifySchema; url: string } {
  if (!url.endsWith('/*')) return { schema, url }
  const name = url.startsWith('/log/') ? 'path' : 'id'
  const description = 'may hold slashes, as they are or escaped'
  return {
    schema: { ...schema, params: Type.Object({ [name]: Type.String({ description }) }) },
    url: url.replace('*', `:${name}`),
  }
}
