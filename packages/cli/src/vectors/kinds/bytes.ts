import {
  bigIntToBytes,
  bytesEqual,
  bytesToBigInt,
  type Codec,
  compareBytes,
  concatBytes,
  data,
  encode,
  fromHex,
  hash,
  miniByte,
  Reader,
  sizedData,
  text,
  toHex,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { type Handler, hexOf } from '../check-case.ts'

const encodeData =
  (codec: Codec<Uint8Array>): Handler =>
  (c) => ({ hex: encode(codec, c.bytes('data')) })

const decodeData =
  (codec: (c: Parameters<Handler>[0]) => Codec<Uint8Array>): Handler =>
  (c) => {
    const r = new Reader(c.bytes('hex'))
    return { data: codec(c).read(r), remaining: r.remaining }
  }

const toUtf16 = (value: string): string =>
  `0x${Array.from({ length: value.length }, (_, i) => value.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')).join('')}`

const fromUtf16 = (bytes: Uint8Array): string => {
  let value = ''
  for (let i = 0; i < bytes.length; i += 2) value += String.fromCharCode(bytes[i]! * 256 + bytes[i + 1]!)
  return value
}

/** The size that recordings give where any will do. */
const ANY_SIZE = -1

/** A byte string seen as an integer of at least `length` bytes. */
const padStart = (bytes: Uint8Array, length: number): Uint8Array =>
  concatBytes(new Uint8Array(Math.max(0, length - bytes.length)), bytes)

const decodeText = (bytes: Uint8Array): string => text.read(new Reader(bytes))

/** MiniByte, MiniData and MiniString. */
export const bytesKind = caseKind('primitives', {
  'minibyte.encode': (c) => {
    const value = c.number('value')
    const hex = encode(miniByte, value)
    return { hex, unsigned: hex[0], isTrue: hex[0] !== 0 }
  },
  'minibyte.decode': (c) => {
    const value = miniByte.read(new Reader(c.bytes('hex')))
    return { unsigned: value, isTrue: value !== 0, reencoded: encode(miniByte, value) }
  },
  'minidata.parse': (c) => {
    const bytes = fromHex(c.text('text'))
    return { data: bytes, printed: toHex(bytes) }
  },
  'minidata.frombigint': (c) => ({ data: bigIntToBytes(BigInt(c.text('value'))) }),
  'minidata.minlength': (c) => ({ result: padStart(c.bytes('data'), c.number('length')) }),
  'minidata.encode': encodeData(data),
  'minidata.encodehash': encodeData(hash),
  'minidata.decode': decodeData(() => data),
  'minidata.decodehash': decodeData(() => hash),
  'minidata.decodesized': decodeData((c) => (c.number('size') === ANY_SIZE ? data : sizedData(c.number('size')))),
  'minidata.compare': (c) => {
    const order = compareBytes(c.bytes('a'), c.bytes('b'))
    return {
      isEqual: bytesEqual(c.bytes('a'), c.bytes('b')),
      isLess: order < 0,
      isMore: order > 0,
      compare: order,
    }
  },
  'minidata.concat': (c) => ({ data: concatBytes(c.bytes('a'), c.bytes('b')) }),
  'minidata.shift': (c) => {
    const value = bytesToBigInt(c.bytes('a'))
    const bits = BigInt(c.number('n'))
    return { left: bigIntToBytes(value << bits), right: bigIntToBytes(value >> bits) }
  },
  'ministring.encode': (c) => {
    const value = fromUtf16(c.bytes('textUtf16'))
    const hex = encode(text, value)
    return { hex, roundtrip: decodeText(hex) === value }
  },
  'ministring.decode': (c) => {
    const bytes = c.bytes('hex')
    const value = decodeText(bytes)
    const reencoded = hexOf(encode(text, value))
    return { textUtf16: toUtf16(value), reencoded, unchanged: reencoded === hexOf(bytes) }
  },
})
