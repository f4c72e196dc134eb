import { MinipolisError } from '@minipolis/minima'

/**
 * What a store can answer instead of doing its work.
 *
 * - `disk-full`: nothing was written; free space and try again
 * - `store-busy`: another process or connection holds the lock; try again
 * - `store-unreachable`: the file cannot be opened or the server does not answer
 * - `store-damaged`: the file is not a database, or its pages do not hold together
 * - `store-constraint`: a row breaks a rule of the schema (most often: another writer was faster)
 * - `store-query`: the engine refused a statement for another reason
 * - `store-closed`: used after `close`
 * - `store-foreign`: the data belongs to another network or another city
 * - `store-newer`: a newer version of Minipolis wrote this data
 */
export type StoreErrorCode =
  | 'disk-full'
  | 'store-busy'
  | 'store-unreachable'
  | 'store-damaged'
  | 'store-constraint'
  | 'store-query'
  | 'store-closed'
  | 'store-foreign'
  | 'store-newer'

/** Database drivers translate what their engine says into this, so that no service knows an engine. */
export class StoreError extends MinipolisError<StoreErrorCode> {}
