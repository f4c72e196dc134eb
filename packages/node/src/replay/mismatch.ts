import { MinipolisError } from '@minipolis/minima'

/**
 * - `mismatch`: what the node computed differs from the recording
 * - `shape`: the recording is not of a form that this replay knows
 */
export class ReplayError extends MinipolisError<'mismatch' | 'shape'> {}

const SHOWN_MAX = 200

/** Compares what prints alike. @throws ReplayError `mismatch` */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const found = print(actual)
  const wanted = print(expected)
  if (found === wanted) return
  throw new ReplayError(
    'mismatch',
    `${what}: expected ${wanted.slice(0, SHOWN_MAX)}, computed ${found.slice(0, SHOWN_MAX)}`,
    { what },
  )
}

const print = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value, inOrder) ?? 'nothing')

/** In which order an object names its members means nothing. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
