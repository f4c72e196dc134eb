import { MinipolisError } from '@minipolis/minima'
import Type, { type Static } from 'typebox'

/** An error as the API answers it. Source: RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:minipolis:problem:CODE' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String({ description: 'what was wrong and what to do' })),
    hint: Type.Optional(Type.String({ description: 'what to do, where the detail does not say it' })),
    code: Type.String({ description: 'stable, for programs' }),
  },
  { description: 'application/problem+json' },
)
export type Problem = Static<typeof Problem>

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Status of each code that is not a plain bad request. */
export const STATUS: Readonly<Record<string, number>> = {
  'admin-token': 401,
  'key-unknown': 403,
  'key-device': 403,
  'key-not-yet-valid': 403,
  'key-expired': 403,
  'key-revoked': 403,
  signature: 403,
  'not-found': 404,
  'stream-unknown': 404,
  'device-unknown': 404,
  'no-such-reading': 404,
  'no-such-file': 404,
  'not-logged': 409,
  'stream-taken': 409,
  'key-taken': 409,
  replay: 409,
  predecessor: 409,
  oversize: 413,
  'too-many': 413,
  'media-type': 415,
  schema: 422,
  time: 422,
  value: 422,
  personal: 422,
  device: 422,
  unit: 422,
  'clock-ahead': 422,
  'clock-behind': 422,
  busy: 503,
  stopped: 503,
  'too-many-listeners': 503,
  'store-busy': 503,
  'store-unreachable': 503,
  unavailable: 503,
  'disk-full': 507,
}

/** What is said instead of an error that only the operator can mend: its own words may name paths and hosts. */
const OPERATORS: Readonly<Record<string, string>> = {
  'disk-full': 'the disk of the city is full: nothing was taken, send it again later',
  'store-busy': 'the store of the city is busy: nothing was taken, send it again in a moment',
  'store-unreachable': 'the store of the city does not answer: nothing was taken, send it again later',
  unavailable: 'the node of the city does not answer: ask again in a moment',
}

export const problemOf = (code: string, detail: string | undefined, status = STATUS[code] ?? 400): Problem => ({
  type: `urn:minipolis:problem:${code}`,
  title: code.replaceAll('-', ' '),
  status,
  ...(detail !== undefined && { detail }),
  code,
})

/** Codes of the framework's own refusals. */
const FRAMEWORK: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'oversize',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'syntax',
  FST_ERR_CTP_INVALID_JSON_BODY: 'syntax',
}

/** The problem that an error is answered with; `internal` for a fault of ours, whose words stay inside. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof MinipolisError) {
    const status = STATUS[error.code] ?? (isOwnFault(error) ? 500 : 400)
    if (status === 500) return problemOf(error.code, undefined, status)
    const operators = OPERATORS[error.code]
    if (operators !== undefined) return problemOf(error.code, operators, status)
    const { hint } = error.facts
    return { ...problemOf(error.code, error.message, status), ...(typeof hint === 'string' && { hint }) }
  }
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string }
  const known = code === undefined ? undefined : FRAMEWORK[code]
  const isRefusal = statusCode !== undefined && statusCode >= 400 && statusCode < 500
  if (known) return problemOf(known, message, isRefusal ? statusCode : 400)
  if (isRefusal) return problemOf('request', message, statusCode)
  return problemOf('internal', undefined, 500)
}

/** Errors that no request can cause. */
const isOwnFault = (error: MinipolisError): boolean =>
  ['StoreError', 'LogError', 'AnchorError', 'LedgerError'].includes(error.name)
