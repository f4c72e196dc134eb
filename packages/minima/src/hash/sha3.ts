import { sha3_256 as nobleSha3 } from '@noble/hashes/sha3.js'

/** SHA3-256 (FIPS 202, not the older Keccak padding), 32 bytes. */
export const sha3_256 = (bytes: Uint8Array): Uint8Array => nobleSha3(bytes)
