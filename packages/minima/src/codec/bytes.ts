import { CodecError } from './codec-error.ts'

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).toUpperCase().padStart(2, '0'))

/** `0x` and upper-case hex; the empty string prints as empty text. Source: spec 01 section 4. */
export const toHex = (bytes: Uint8Array): string => {
  if (bytes.length === 0) return ''
  let text = '0x'
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i]!]
  return text
}

const nibbleOf = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

/**
 * Reads hex by the rules of the reference: optional `0x` or `0X`, an odd count gets a leading zero, empty text is the empty
 * byte string. @throws CodecError `text`
 */
export const fromHex = (text: string): Uint8Array => {
  const start = text.startsWith('0x') || text.startsWith('0X') ? 2 : 0
  const digits = text.length - start
  const bytes = new Uint8Array((digits + 1) >> 1)
  let at = digits % 2
  for (let i = start; i < text.length; i++, at++) {
    const nibble = nibbleOf(text.charCodeAt(i))
    if (nibble < 0) throw new CodecError('text', `expected a hex digit, got ${JSON.stringify(text[i])}`, i)
    bytes[at >> 1] = bytes[at >> 1]! * 16 + nibble
  }
  return bytes
}

/** Same length and same bytes. Not constant-time: for public data only. */
export const bytesEqual = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Order as unsigned big-endian integers; leading zeros do not count. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): -1 | 0 | 1 => {
  let i = 0
  let j = 0
  while (i < a.length && a[i] === 0) i++
  while (j < b.length && b[j] === 0) j++
  const size = a.length - i
  if (size !== b.length - j) return size < b.length - j ? -1 : 1
  for (; i < a.length; i++, j++) {
    if (a[i] !== b[j]) return a[i]! < b[j]! ? -1 : 1
  }
  return 0
}

export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Unsigned, big-endian; the empty string is 0. */
export const bytesToBigInt = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(toHex(bytes)))

/** Shortest unsigned big-endian bytes; 0 is one zero byte. @throws CodecError `range` for negative values */
export const bigIntToBytes = (value: bigint): Uint8Array => {
  if (value < 0n) throw new CodecError('range', `expected a number of 0 or more, got ${value}`, 0)
  return fromHex(value.toString(16))
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const int64 = new DataView(new ArrayBuffer(8))
const int64Bytes = new Uint8Array(int64.buffer)

/** Where the shortest form of the big-endian integer in `bytes` begins: leading bytes that only repeat the sign are needless. */
const firstNeeded = (bytes: Uint8Array): number => {
  let at = 0
  while (at < bytes.length - 1) {
    const sign = bytes[at + 1]! >= 128 ? 0xff : 0
    if (bytes[at] !== sign) break
    at++
  }
  return at
}

/** Shortest big-endian two's complement, at least one byte; a view that holds until the next call. */
export const signedView = (value: bigint): Uint8Array => {
  if (value >= INT64_MIN && value <= INT64_MAX) {
    int64.setBigInt64(0, value)
    return int64Bytes.subarray(firstNeeded(int64Bytes))
  }
  const size = ((value < 0n ? -value : value).toString(16).length >> 1) + 1
  const bytes = new Uint8Array(size)
  const positive = fromHex(BigInt.asUintN(size * 8, value).toString(16))
  bytes.set(positive, size - positive.length)
  return bytes.subarray(firstNeeded(bytes))
}

/** Shortest big-endian two's complement, at least one byte. */
export const signedToBytes = (value: bigint): Uint8Array => signedView(value).slice()

/** Big-endian two's complement; the empty string is 0. */
export const bytesToSigned = (bytes: Uint8Array): bigint => {
  if (bytes.length <= 4) {
    let small = bytes.length > 0 && bytes[0]! >= 128 ? -1 : 0
    for (let i = 0; i < bytes.length; i++) small = (small << 8) | bytes[i]!
    return BigInt(small)
  }
  return BigInt.asIntN(bytes.length * 8, bytesToBigInt(bytes))
}
