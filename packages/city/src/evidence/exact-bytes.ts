import { bytesEqual, type Codec, decodeExact, encode } from '@minipolis/minima'
import { fromBase64 } from '../crypto/index.ts'
import { broken } from './check-packs.ts'

/**
 * Reads an object that must be exactly as it is written again: the wire tolerates a few second forms that no hash covers, and
 * evidence must not.
 */
export function readExact<T>(codec: Codec<T>, base64: string, what: string): T {
  const bytes = fromBase64(base64)
  const value = decodeExact(codec, bytes)
  if (!bytesEqual(encode(codec, value), bytes)) throw broken(`the ${what} is not in its one written form`)
  return value
}
