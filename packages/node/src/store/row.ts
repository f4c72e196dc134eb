import { NodeError } from '../errors/index.ts'
import type { Row } from './database.ts'

/** The column as bytes. @throws NodeError `store-damaged` */
export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw wrongColumn(column, 'bytes')
}

/** The column as a whole number. @throws NodeError `store-damaged` */
export function numberOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw wrongColumn(column, 'a whole number')
}

/** The column as text. @throws NodeError `store-damaged` */
export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw wrongColumn(column, 'text')
}

const wrongColumn = (column: string, expected: string): NodeError =>
  new NodeError('store-damaged', `column ${column} does not hold ${expected}; restore the data folder from a backup`, {
    column,
  })
