import { StoreError, type StoreErrorCode } from '@minipolis/city'

/** Primary result codes of SQLite. Source: sqlite.org/rescode.html */
const CODES: Readonly<Record<number, StoreErrorCode>> = {
  5: 'store-busy',
  6: 'store-busy',
  8: 'store-unreachable',
  10: 'store-unreachable',
  11: 'store-damaged',
  13: 'disk-full',
  14: 'store-unreachable',
  19: 'store-constraint',
  26: 'store-damaged',
}

const ADVICE: Partial<Record<StoreErrorCode, string>> = {
  'disk-full': 'the disk is full: nothing of this step was written; free space and try again',
  'store-busy': 'another process holds the database: try again, or stop it',
  'store-damaged': 'the file is damaged or not a database: restore it from a backup',
  'store-unreachable': 'the file cannot be opened, read or written: check the path and its permissions',
}

/** Says what SQLite said in the store's words. Errors that are not SQLite's pass through. */
export function sqliteError(error: unknown, place: string): unknown {
  const result = (error as { readonly errcode?: unknown } | undefined)?.errcode
  if (!(error instanceof Error) || typeof result !== 'number') return error
  const code = CODES[result & 0xff] ?? 'store-query'
  const advice = ADVICE[code]
  const message = `the database at ${place} answered "${error.message}"${advice ? `: ${advice}` : ''}`
  return new StoreError(code, message, { place, result }, { cause: error })
}
