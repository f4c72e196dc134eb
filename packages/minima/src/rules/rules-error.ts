import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * Computations on foreign data that cannot be finished; the checks turn them into rejections.
 *
 * - `short-tree`: the tree has fewer blocks than their numbers say
 * - `missing-transaction`: a listed transaction was not given
 * - `no-body`: a bare header where a body is needed
 * - `missing-token`: an output asks for a new token and does not say which
 */
export class RulesError extends MinipolisError<'short-tree' | 'missing-transaction' | 'no-body' | 'missing-token'> {}
