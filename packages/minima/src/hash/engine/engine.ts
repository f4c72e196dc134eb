/** A hash chain: `value` hashed `steps` times. */
export interface HashChain {
  /** 32 bytes, not changed. */
  readonly value: Uint8Array
  readonly steps: number
}

/** A search for a nonce; checked by the caller of the engine. */
export interface NonceSearch {
  readonly header: Uint8Array
  readonly nonceOffset: number
  /** 1 to 8 bytes. */
  readonly nonceLength: number
  readonly start: bigint
  /** 1 to 2^31 - 1. */
  readonly attempts: number
  /** 32 bytes. */
  readonly target: Uint8Array
}

/** One way to compute SHA3-256. All engines give the same answers; they differ in speed and in what they need. */
export interface Sha3Engine {
  readonly name: 'webassembly-simd' | 'webassembly' | 'javascript'
  hash(message: Uint8Array): Uint8Array
  hashPair(a: Uint8Array, b: Uint8Array): [Uint8Array, Uint8Array]
  hashChains(chains: readonly HashChain[]): Uint8Array[]
  /** Index of the first attempt whose hash is below the target, or -1. */
  searchNonce(search: NonceSearch): number
}
