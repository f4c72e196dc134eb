import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * - `chain-value`: a chain starts from 32 bytes
 * - `chain-steps`: the number of steps of a chain is no integer from 0 to 2^31 - 1
 * - `nonce-range`: the nonce does not lie inside the header, is not 1 to 8 bytes long, or the counter leaves it
 * - `header-length`: a header too long to be mined
 * - `target-length`: a target is 32 bytes or shorter
 */
export class HashError extends MinipolisError<
  'chain-value' | 'chain-steps' | 'nonce-range' | 'header-length' | 'target-length'
> {}
