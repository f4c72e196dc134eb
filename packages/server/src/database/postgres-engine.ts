import { type Engine, StoreError } from '@minipolis/city'
import postgres from 'postgres'
import { postgresDialect } from './postgres-dialect.ts'

/** Connections to the server at most. */
const CONNECTIONS_MAX = 8

const CONNECT_TIMEOUT_SECONDS = 10

/** PostgreSQL's 64-bit integers as numbers: ours count rows and milliseconds, far below 2^53. */
const INT8 = 20

/** PostgreSQL's byte strings as plain bytes, as SQLite gives them. */
const BYTEA = 17

/**
 * The engine for cities that outgrow one file.
 *
 * @param url `postgres://user:password@host:port/database`
 * @param schema PostgreSQL schema that holds the tables; made when it is missing
 * @throws StoreError `store-unreachable` when the text is not such a URL
 */
export function postgresEngine(url: string, schema: string = 'minipolis'): Engine {
  const place = placeOf(url)
  const connect = () =>
    postgres(url, {
      max: CONNECTIONS_MAX,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      // The default writes notices ("relation already exists") to the terminal.
      onnotice: () => undefined,
      connection: { application_name: 'minipolis', search_path: schema, synchronous_commit: 'on' },
      types: {
        bigint: {
          to: INT8,
          from: [INT8],
          serialize: (value: number) => String(value),
          parse: (text: string) => Number(text),
        },
        bytea: {
          to: BYTEA,
          from: [BYTEA],
          serialize: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}`,
          parse: (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
        },
      },
    })
  return { name: 'postgres', place, dialect: postgresDialect(connect, place), schema }
}

/** Host and database of a connection string, without user and password. */
function placeOf(url: string): string {
  try {
    const { host, pathname, protocol } = new URL(url)
    if (protocol === 'postgres:' || protocol === 'postgresql:') return `${host}${pathname}`
  } catch {
    // Said below, without the text: it may hold a password.
  }
  throw new StoreError(
    'store-unreachable',
    'the database address is not of the form postgres://user:password@host:port/name',
  )
}
