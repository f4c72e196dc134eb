import type { HashChain } from './engine/engine.ts'
import { HashError } from './hash-error.ts'
import { sha3Engine } from './sha3.ts'

const VALUE_BYTES = 32
/** Most steps of one chain. */
export const CHAIN_STEPS_MAX = 2 ** 31 - 1

/**
 * Hashes each value with SHA3-256 as often as its chain says; zero steps give a copy. Chains of different lengths run
 * side by side where the host has SIMD; put the longest first, then both sides end together.
 *
 * @throws HashError `chain-value` for a value that is not 32 bytes, `chain-steps` for steps outside 0..2^31-1
 */
export function hashChains(chains: readonly HashChain[]): Uint8Array[] {
  for (const { value, steps } of chains) {
    if (value.length !== VALUE_BYTES) {
      throw new HashError('chain-value', `a chain starts from ${VALUE_BYTES} bytes, got ${value.length}`)
    }
    if (!Number.isInteger(steps) || steps < 0 || steps > CHAIN_STEPS_MAX) {
      throw new HashError('chain-steps', `expected 0 to ${CHAIN_STEPS_MAX} steps, got ${steps}`)
    }
  }
  return sha3Engine().hashChains(chains)
}

/** One chain. @throws HashError as `hashChains` */
export const hashChain = (value: Uint8Array, steps: number): Uint8Array => hashChains([{ value, steps }])[0]!
