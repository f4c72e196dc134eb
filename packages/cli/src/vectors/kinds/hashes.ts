import {
  type Codec,
  concatBytes,
  data,
  encode,
  fromHex,
  MiniNumber,
  miniByte,
  miniNumber,
  sha2_256,
  sha3_256,
  text,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import type { Recorded } from '../recorded.ts'
import { shown, VectorError } from '../vector-error.ts'

const wire = <T>(codec: Codec<T>, value: T): Uint8Array => encode(codec, value)

const wirePart = (part: Recorded): Uint8Array => {
  const type = part.text('type')
  const value = String(part.get('value'))
  switch (type) {
    case 'data':
      return wire(data, fromHex(value))
    case 'number':
      return wire(miniNumber, MiniNumber.parse(value))
    case 'string':
      return wire(text, value)
    case 'byte':
      return wire(miniByte, Number(value))
    default:
      throw new VectorError('shape', `unknown part type ${shown(type)}`)
  }
}

/** SHA3-256, SHA2-256, and the hash over the wire forms of objects. */
export const hashesKind = caseKind('hashes', {
  sha3: (c) => ({ hash: sha3_256(c.bytes('data')) }),
  sha2: (c) => ({ hash: sha2_256(c.bytes('data')) }),
  object: (c) => {
    const preimage = concatBytes(...c.records('parts').map(wirePart))
    return { preimage, hash: sha3_256(preimage) }
  },
})
