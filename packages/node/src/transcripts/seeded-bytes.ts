import type { RandomBytes } from '@minipolis/minima'

/** Multiplier and increment of a linear congruential generator modulo 2^32. Source: Numerical Recipes, "quick and dirty" */
const MULTIPLIER = 1_664_525
const INCREMENT = 1_013_904_223

/** Bytes that follow from the seed alone. For replays only: anybody can guess them. */
export function seededBytes(seed: number): RandomBytes {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0
    return state >>> 24
  }
  return (size) => Uint8Array.from({ length: size }, next)
}
