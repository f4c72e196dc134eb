import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'

/**
 * SHA-256 (FIPS 180-4) of the bytes, 32 new bytes. Code on the hot path takes it as an argument: servers give the one of
 * their runtime, browsers the portable one below.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** SHA-256 that runs everywhere. */
export const sha256: Sha256 = (bytes) => nobleSha256(bytes)
