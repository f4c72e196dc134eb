import { fromHex } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import { ObjectError } from './object-error.ts'

/** Digits of Minima's base 32: 0-9 and a-v with i, l and o replaced by the unused w, y and z, printed in upper case. */
const DIGITS = '0123456789ABCDEFGHWJKYMNZPQRSTUV'
const VERSION = 1
const CHECKSUM_BYTES = 4
/** version, 16-bit length */
const HEAD_BYTES = 3

const digitValues = new Map<string, number>([
  ...Array.from(DIGITS, (digit, value): [string, number] => [digit.toLowerCase(), value]),
  ['i', DIGITS.indexOf('W')],
  ['l', DIGITS.indexOf('Y')],
  ['o', DIGITS.indexOf('Z')],
])

/** Bytes as one unsigned integer in base 32, without leading zero digits, prefixed `Mx`. */
export function encodeBase32(bytes: Uint8Array): string {
  const digits: string[] = []
  let bits = 0
  let held = 0
  for (let i = bytes.length - 1; i >= 0; i--) {
    bits |= bytes[i]! << held
    held += 8
    for (; held >= 5; held -= 5) {
      digits.push(DIGITS[bits & 31]!)
      bits >>>= 5
    }
  }
  if (held > 0) digits.push(DIGITS[bits]!)
  const text = digits.reverse().join('').replace(/^0+/, '')
  return `Mx${text === '' ? '0' : text}`
}

/**
 * The shortest bytes of the integer that a base 32 text spells. Any case, a missing `Mx`, a leading `+` and the letters
 * i, l, o are tolerated, as by the reference. @throws ObjectError `mx-address`
 */
export function decodeBase32(text: string): Uint8Array {
  const lower = text.toLowerCase()
  const digits = (lower.startsWith('mx') ? lower.slice(2) : lower).replace(/^\+/, '')
  if (digits === '') throw new ObjectError('mx-address', 'an Mx address needs digits after Mx')
  const bytes = new Uint8Array(Math.ceil((digits.length * 5) / 8))
  let at = bytes.length
  let bits = 0
  let held = 0
  for (let i = digits.length - 1; i >= 0; i--) {
    const value = digitValues.get(digits[i]!)
    if (value === undefined) {
      throw new ObjectError('mx-address', `an Mx address cannot hold the character ${JSON.stringify(digits[i])}`)
    }
    bits |= value << held
    held += 5
    if (held >= 8) {
      bytes[--at] = bits & 255
      bits >>>= 8
      held -= 8
    }
  }
  if (held > 0 && at > 0) bytes[--at] = bits
  const start = bytes.findIndex((byte) => byte !== 0)
  return start < 0 ? new Uint8Array(1) : bytes.slice(start)
}

/**
 * Text form of an address with length and checksum. A 32-byte address gives 61 digits and starts with `MxG08`.
 * Source: minima-global/Minima: src/org/minima/objects/Address.java
 */
export function formatMxAddress(address: Uint8Array): string {
  const bytes = new Uint8Array(HEAD_BYTES + address.length + CHECKSUM_BYTES)
  bytes[0] = VERSION
  bytes[1] = (address.length >> 8) & 255
  bytes[2] = address.length & 255
  bytes.set(address, HEAD_BYTES)
  bytes.set(sha3_256(address).subarray(0, CHECKSUM_BYTES), HEAD_BYTES + address.length)
  return encodeBase32(bytes)
}

/**
 * Address bytes of an Mx text. Bytes after the checksum are ignored, as by the reference.
 * @throws ObjectError `mx-address`
 */
export function parseMxAddress(text: string): Uint8Array {
  const bytes = decodeBase32(text)
  if (bytes[0] !== VERSION) throw new ObjectError('mx-address', 'an Mx address starts with G, its version')
  const length = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)
  const end = HEAD_BYTES + length
  // The reference reads the length as a signed 16-bit number, so more than 32767 bytes are refused.
  if (length > 0x7fff || end + CHECKSUM_BYTES > bytes.length) {
    throw new ObjectError('mx-address', `the Mx address is too short: it names ${length} bytes and a checksum`)
  }
  const address = bytes.slice(HEAD_BYTES, end)
  const checksum = sha3_256(address)
  for (let i = 0; i < CHECKSUM_BYTES; i++) {
    if (checksum[i] !== bytes[end + i]) {
      throw new ObjectError('mx-address', 'the checksum of the Mx address is wrong: a character was mistyped')
    }
  }
  return address
}

/** An address as people write it: `Mx…` or `0x…`. @throws ObjectError `mx-address`, CodecError for bad hex */
export const parseAddress = (text: string): Uint8Array => (/^mx/i.test(text) ? parseMxAddress(text) : fromHex(text))
