/** Numbers that follow from a seed (xorshift), so that a failure can be repeated. */
export interface SeededRandom {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number
  bytes(size: number): Uint8Array
}

export function createRandom(seed: number): SeededRandom {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  for (let i = 0; i < 8; i++) next()
  return {
    below: (limit) => next() % limit,
    bytes: (size) => Uint8Array.from({ length: size }, () => next() & 0xff),
  }
}
