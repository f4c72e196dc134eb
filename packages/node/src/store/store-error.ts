import { MinipolisError } from '@minipolis/minima'
import { NodeError } from '../errors/index.ts'

/** SQLite result codes: https://www.sqlite.org/rescode.html */
const SQLITE = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 } as const

/** Gives a fault of SQLite or the file system its own name; errors that have one already pass through. */
export function storeError(error: unknown, file: string): unknown {
  if (error instanceof MinipolisError) return error
  const cause = { cause: error }
  const detail = error instanceof Error ? error.message : String(error)
  if (isSystemError(error) && error.code === 'ENOSPC') return diskFull(file, cause)
  if (!isSqliteError(error)) {
    if (!isSystemError(error)) return error
    return new NodeError('store-failed', `${file} cannot be used: ${detail}`, { file, detail }, cause)
  }
  switch (error.errcode & 0xff) {
    case SQLITE.full:
      return diskFull(file, cause)
    case SQLITE.busy:
    case SQLITE.locked:
      return new NodeError('store-locked', `${file} is open in another process; stop that one first`, { file }, cause)
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return new NodeError(
        'store-damaged',
        `${file} is damaged: ${detail}; restore it from a backup`,
        { file, detail },
        cause,
      )
    default:
      return new NodeError('store-failed', `${file} cannot be read or written: ${detail}`, { file, detail }, cause)
  }
}

const diskFull = (file: string, cause: ErrorOptions): NodeError =>
  new NodeError('disk-full', `no room left on the disk of ${file}; free some, nothing stored is lost`, { file }, cause)

const isSqliteError = (error: unknown): error is Error & { errcode: number } =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error
