import swagger from '@fastify/swagger'
import type { Api } from './api.ts'

/** The API document, made of the schemas that validate requests: `GET /openapi.json`. */
export async function openApiRoutes(api: Api, version: string): Promise<void> {
  await api.register(swagger, {
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
