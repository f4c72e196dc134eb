import type { IncomingMessage, ServerResponse } from 'node:http'
import type { City } from '@minipolis/city'
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify'
import type { Static, TSchema } from 'typebox'

/** Types of requests follow from the schemas that validate them. */
export interface TypeBoxProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  readonly serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxProvider>

/** What every route may use. */
export interface ApiParts {
  readonly city: City
  /** Milliseconds since 1970. */
  readonly now: () => number
}
