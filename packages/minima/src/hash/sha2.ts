import { sha256 } from '@noble/hashes/sha2.js'

/** SHA2-256 (FIPS 180-4), 32 bytes. Minima uses it for the KISS VM function SHA2 only. */
export const sha2_256 = (bytes: Uint8Array): Uint8Array => sha256(bytes)
