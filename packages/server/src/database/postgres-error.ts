import { StoreError, type StoreErrorCode } from '@minipolis/city'

/** By SQLSTATE, or by its class (first two characters). Source: PostgreSQL manual, appendix A. */
const CODES: Readonly<Record<string, StoreErrorCode>> = {
  '08': 'store-unreachable',
  '23': 'store-constraint',
  '28': 'store-unreachable',
  '3D': 'store-unreachable',
  '40': 'store-busy',
  '53100': 'disk-full',
  '53': 'store-busy',
  '55P03': 'store-busy',
  '57P01': 'store-unreachable',
  '57P03': 'store-unreachable',
  '58': 'store-unreachable',
  XX001: 'store-damaged',
  XX002: 'store-damaged',
}

/** Codes of the driver and of sockets, for when the server did not answer. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
])

/** Says what PostgreSQL or the way to it said in the store's words. */
export function postgresError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error
  const state = (error as { readonly code?: unknown }).code
  if (typeof state !== 'string') return error
  const code = UNREACHABLE.has(state)
    ? 'store-unreachable'
    : (CODES[state] ?? CODES[state.slice(0, 2)] ?? 'store-query')
  const message = `the database at ${place} answered "${error.message || state}" (${state})`
  return new StoreError(code, message, { place, state }, { cause: error })
}
