import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * - `seed-length`: a one-time key needs a seed of at least 32 bytes
 * - `key-shape`: levels outside 1..8, or keys per level outside 1..1024
 * - `key-path`: a path that names no node of the tree key
 * - `use-range`: a use number that is no integer of 0 or more
 * - `key-exhausted`: all one-time keys of a tree key are used; signing again would give the private key away
 * - `key-node-damaged`: a stored key node that does not belong to this seed or was changed
 * - `phrase-word`: a word of a seed phrase that no list word fits
 * - `phrase-length`: a seed phrase longer than any real one
 * - `key-number`: a wallet key number that is no integer of 0 or more
 */
export class KeyError extends MinipolisError<
  | 'seed-length'
  | 'key-shape'
  | 'key-path'
  | 'use-range'
  | 'key-exhausted'
  | 'key-node-damaged'
  | 'phrase-word'
  | 'phrase-length'
  | 'key-number'
> {}
