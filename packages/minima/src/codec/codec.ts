import { CodecError, within } from './codec-error.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** One description of `T` on the wire, used for reading and for writing. */
export interface Codec<T> {
  /** @throws CodecError */
  read(r: Reader): T
  write(w: Writer, value: T): void
}

export type TypeOf<C> = C extends Codec<infer T> ? T : never

/** Fields in the order written here: the order of the keys is the order of the bytes. */
export const struct = <T extends object>(fields: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> => {
  const names = Object.keys(fields) as (keyof T & string)[]
  return {
    read: (r) => {
      const value: Partial<T> = {}
      for (const name of names) {
        try {
          value[name] = fields[name].read(r)
        } catch (error) {
          throw within(name, error)
        }
      }
      return value as T
    },
    write: (w, value) => {
      for (const name of names) fields[name].write(w, value[name])
    },
  }
}

/** The same bytes seen as another type. */
export const map = <T, U>(codec: Codec<T>, from: (value: T, r: Reader) => U, to: (value: U) => T): Codec<U> => ({
  read: (r) => from(codec.read(r), r),
  write: (w, value) => codec.write(w, to(value)),
})

/** Decodes from the start and stops at the end of the value: bytes after it are ignored, as in the reference. */
export const decode = <T>(codec: Codec<T>, bytes: Uint8Array): T => codec.read(new Reader(bytes))

/** Decodes and insists that the value fills the bytes. @throws CodecError `trailing` */
export const decodeExact = <T>(codec: Codec<T>, bytes: Uint8Array): T => {
  const r = new Reader(bytes)
  const value = codec.read(r)
  if (r.remaining > 0) throw new CodecError('trailing', `${r.remaining} bytes after the end of the value`, r.offset)
  return value
}

export const encode = <T>(codec: Codec<T>, value: T): Uint8Array => {
  const w = new Writer()
  codec.write(w, value)
  return w.bytes()
}
