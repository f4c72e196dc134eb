/** A source of whole numbers that gives the same row for the same seed. */
export interface SeededRandom {
  /** 0 up to, but not including, `limit`. */
  below(limit: number): number
  /** One of a list that is not empty. */
  pick<T>(from: readonly T[]): T
}

/** The mulberry32 generator: 32 bits of state, enough to spread mutations. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, pick: (from) => from[below(from.length)]! }
}
