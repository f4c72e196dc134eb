import { toLowerHex } from './hex.ts'
import { sha256 } from './sha256.ts'

/** Short name of a public key: the first 16 hex digits of its SHA-256. */
export const keyId = (publicKey: Uint8Array): string => toLowerHex(sha256(publicKey)).slice(0, 16)
