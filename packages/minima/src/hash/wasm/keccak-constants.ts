/** Keccak-f[1600] as FIPS 202 defines it, computed from the definitions instead of copied as tables. */

export const KECCAK_ROUNDS = 24
/** 64-bit words of the state; word (x, y) of the 5 × 5 square has number x + 5y. */
export const STATE_WORDS = 25

/** Rotation of every word in step rho, in bits. Source: FIPS 202 §3.2.2. */
export const rotations: readonly number[] = (() => {
  const offsets = new Array<number>(STATE_WORDS).fill(0)
  let [x, y] = [1, 0]
  for (let t = 0; t < 24; t++) {
    offsets[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  return offsets
})()

/** Word that step pi moves to (x, y). Source: FIPS 202 §3.2.3. */
export const pi = (x: number, y: number): number => ((x + 3 * y) % 5) + 5 * x

/** Constants of step iota, from a shift register of 8 bits. Source: FIPS 202 §3.2.5. */
export const roundConstants: readonly bigint[] = (() => {
  let register = 1
  return Array.from({ length: KECCAK_ROUNDS }, () => {
    let constant = 0n
    for (let j = 0; j < 7; j++) {
      if (register & 1) constant |= 1n << BigInt(2 ** j - 1)
      register <<= 1
      if (register & 0x100) register ^= 0x171
    }
    return constant
  })
})()
