import { MiniNumber } from '../number/index.ts'
import { bytesToSigned, signedView } from './bytes.ts'
import type { Codec } from './codec.ts'
import { CodecError } from './codec-error.ts'
import type { Reader } from './reader.ts'
import { fromUtf8, replaceLoneSurrogates } from './text-bytes.ts'
import type { Writer } from './writer.ts'

/** Longest general byte string that the reference reads: 512 MiB. */
export const DATA_SIZE_MAX = 512 * 1024 * 1024
/** Longest byte string of a hash field. */
export const HASH_SIZE_MAX = 64
const NUMBER_SIZE_MAX = 32

/** MiniByte: 0..255. */
export const miniByte: Codec<number> = {
  read: (r) => r.u8(),
  write: (w, value) => w.u8(value),
}

/** A boolean byte: any non-zero byte reads as true, true is written 01. */
export const flag: Codec<boolean> = {
  read: (r) => r.u8() !== 0,
  write: (w, value) => w.u8(value ? 1 : 0),
}

export const i16: Codec<number> = { read: (r) => r.i16(), write: (w, value) => w.i16(value) }
export const i32: Codec<number> = { read: (r) => r.i32(), write: (w, value) => w.i32(value) }

const byteString = (name: string, sizeMax: number): Codec<Uint8Array> => ({
  read: (r) => {
    const at = r.offset
    const size = r.i32()
    if (size < 0 || size > sizeMax) throw new CodecError('length', `${name} of ${size} bytes, at most ${sizeMax}`, at)
    return r.raw(size)
  },
  write: (w, value) => {
    if (value.length > sizeMax)
      throw new CodecError('length', `${name} of ${value.length} bytes, at most ${sizeMax}`, w.size)
    w.i32(value.length)
    w.raw(value)
  },
})

/** MiniData: 4-byte length and bytes. Reads give a view of the input. */
export const data: Codec<Uint8Array> = byteString('byte string', DATA_SIZE_MAX)

/** MiniData of at most 64 bytes. */
export const hash: Codec<Uint8Array> = byteString('hash', HASH_SIZE_MAX)

/** MiniData of exactly `size` bytes. */
export const sizedData = (size: number): Codec<Uint8Array> => ({
  read: (r) => {
    const at = r.offset
    const value = data.read(r)
    if (value.length !== size) throw new CodecError('length', `expected ${size} bytes, got ${value.length}`, at)
    return value
  },
  write: (w, value) => {
    if (value.length !== size) throw new CodecError('length', `expected ${size} bytes, got ${value.length}`, w.size)
    data.write(w, value)
  },
})

/** MiniString: the UTF-8 bytes as MiniData. */
export const text: Codec<string> = {
  read: (r) => fromUtf8(data.read(r)),
  write: (w, value) => {
    if (value.length > DATA_SIZE_MAX)
      throw new CodecError('length', `text of ${value.length} characters, at most ${DATA_SIZE_MAX} bytes`, w.size)
    w.text(value.isWellFormed() ? value : replaceLoneSurrogates(value))
  },
}

/** MiniNumber: scale byte, length byte, unscaled two's complement of 1 to 32 bytes. */
export const miniNumber: Codec<MiniNumber> = {
  read: (r) => {
    const at = r.offset
    const scale = r.i8()
    const size = r.i8()
    if (size < 1 || size > NUMBER_SIZE_MAX) {
      throw new CodecError('number', `a number of ${size} bytes, expected 1 to ${NUMBER_SIZE_MAX}`, at)
    }
    if (size === 1 && scale === 0) {
      const value = r.i8()
      return value >= 0 ? MiniNumber.of(value) : MiniNumber.raw(BigInt(value), 0)
    }
    return MiniNumber.raw(bytesToSigned(r.raw(size)), scale)
  },
  write: (w, value) => {
    w.u8(value.scale & 0xff)
    const unscaled = value.unscaled
    if (BigInt.asIntN(8, unscaled) === unscaled) {
      w.u8(1)
      w.u8(Number(unscaled) & 0xff)
    } else {
      const bytes = signedView(unscaled)
      w.u8(bytes.length)
      w.raw(bytes)
    }
  },
}

/** A count: a MiniNumber reduced to a 32-bit integer on read; zero and negative mean none. */
export const readCount = (r: Reader): number => Math.max(0, miniNumber.read(r).asInt())

export const writeCount = (w: Writer, count: number): void => miniNumber.write(w, MiniNumber.of(count))
