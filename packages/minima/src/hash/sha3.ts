import type { Sha3Engine } from './engine/engine.ts'
import { javascriptEngine } from './engine/javascript.ts'
import { scalarEngine, simdEngine } from './engine/webassembly.ts'

let engine: Sha3Engine | undefined

/** The fastest engine of this host, made on first use (10 to 20 ms) and kept. */
export const sha3Engine = (): Sha3Engine => {
  engine ??= simdEngine() ?? scalarEngine() ?? javascriptEngine
  return engine
}

/** Which engine this host runs: for start-up messages and measurements. */
export const sha3EngineName = (): Sha3Engine['name'] => sha3Engine().name

/** SHA3-256 (FIPS 202, not the older Keccak padding): 32 bytes, a fresh array. */
export const sha3_256 = (bytes: Uint8Array): Uint8Array => sha3Engine().hash(bytes)

/**
 * SHA3-256 of two messages at once: with WebAssembly SIMD in two thirds of the time of two single hashes if both have
 * the same number of 136-byte blocks; otherwise the same as two.
 */
export const sha3_256Pair = (a: Uint8Array, b: Uint8Array): [Uint8Array, Uint8Array] => sha3Engine().hashPair(a, b)
