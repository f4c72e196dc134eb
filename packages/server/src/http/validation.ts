import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Convert } from 'typebox/value'
import { HttpError } from './http-error.ts'

/** Validates requests with the schemas that the API document is made of. Texts of a query become numbers and flags. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  return (given: unknown) => {
    const value = httpPart === 'querystring' ? Convert(schema, given) : given
    if (validator.Check(value)) return { value }
    const [error] = validator.Errors(value)
    const where = `${httpPart === 'querystring' ? 'query' : httpPart}${error?.instancePath.replaceAll('/', '.') ?? ''}`
    return { error: new HttpError('request', `${where}: ${error?.message ?? 'not allowed'}`) }
  }
}
