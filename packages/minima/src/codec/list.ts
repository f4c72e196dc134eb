import type { Codec } from './codec.ts'
import { CodecError, within } from './codec-error.ts'
import { readCount, writeCount } from './primitives.ts'

/**
 * Elements after their count. A count beyond the bytes that are left is refused before anything is allocated: every
 * element takes `sizeMin` bytes or more. `max` is for our own formats: the reference itself bounds no list.
 */
export const list = <T>(
  element: Codec<T>,
  { sizeMin = 1, max = Number.MAX_SAFE_INTEGER }: { sizeMin?: number; max?: number } = {},
): Codec<readonly T[]> => ({
  read: (r) => {
    const at = r.offset
    const count = readCount(r)
    if (count * sizeMin > r.remaining) {
      throw new CodecError('count', `${count} elements announced, ${r.remaining} bytes left`, at)
    }
    if (count > max) throw new CodecError('count', `${count} elements, at most ${max}`, at)
    const values: T[] = []
    for (let i = 0; i < count; i++) {
      try {
        values.push(element.read(r))
      } catch (error) {
        throw within(String(i), error)
      }
    }
    return values
  },
  write: (w, values) => {
    writeCount(w, values.length)
    for (const value of values) element.write(w, value)
  },
})

/** A flag byte and, if it is set, a value; absent is `null`. */
export const nullable = <T>(codec: Codec<T>): Codec<T | null> => ({
  read: (r) => (r.u8() === 0 ? null : codec.read(r)),
  write: (w, value) => {
    w.u8(value === null ? 0 : 1)
    if (value !== null) codec.write(w, value)
  },
})
