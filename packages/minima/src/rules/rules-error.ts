import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * Computations on foreign data that cannot be finished; the checks turn them into rejections of the same code.
 *
 * - `malformed`: the tree has fewer blocks than their numbers say
 * - `missing-transaction`: a listed transaction was not given
 * - `no-body`: a bare header where a body is needed
 * - `token-mismatch`: an output asks for a new token and does not say which
 */
export class RulesError extends MinipolisError<'malformed' | 'missing-transaction' | 'no-body' | 'token-mismatch'> {}
