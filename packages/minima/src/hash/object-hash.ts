import { type Codec, Writer } from '../codec/index.ts'
import { sha3_256 } from './sha3.ts'

/** Values with their codecs, as pairs. */
type Encodables<T extends readonly unknown[]> = { readonly [K in keyof T]: readonly [codec: Codec<T[K]>, value: T[K]] }

/**
 * SHA3-256 over the wire forms of the objects, one after the other: `hashObjects([data, seed], [miniNumber, index])`.
 * A byte string hashed as an object therefore includes its 4-byte length. Source: minima-global/Minima:
 * src/org/minima/utils/Crypto.java
 */
export function hashObjects<T extends readonly unknown[]>(...objects: Encodables<T>): Uint8Array {
  const w = new Writer()
  for (const [codec, value] of objects) codec.write(w, value)
  return sha3_256(w.view8())
}
