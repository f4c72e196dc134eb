import { type Codec, encode, Reader, sha3_256, utf8 } from '@minipolis/minima'
import { type Computed, hexOf, isRefused } from './check-case.ts'
import type { Recorded } from './recorded.ts'

/** Reads an object from the field `hex` and tells what recordings of a decoding say of every object. */
export function decoded<T>(codec: Codec<T>, c: Recorded): { readonly value: T; readonly facts: Computed } {
  const r = new Reader(c.bytes('hex'))
  const value = codec.read(r)
  return {
    value,
    facts: {
      remaining: r.remaining,
      reencoded: () => {
        if (c.get('reencoded') === null) return isRefused(() => encode(codec, value)) ? null : encode(codec, value)
        const written = hexOf(encode(codec, value))
        return c.get('reencoded') === 'same' && written === c.text('hex') ? 'same' : written
      },
    },
  }
}

/** The JSON of an object: its meaning and the hash of its exact text. Recordings say null where it cannot be printed. */
export const jsonFacts = (c: Recorded, print: () => string): Computed => ({
  json: () => (c.get('json') === null && isRefused(print) ? null : JSON.parse(print())),
  jsonSha3: () => sha3_256(utf8(print())),
})
