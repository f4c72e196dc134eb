import { bytesEqual, type Codec, hash, miniNumber, within } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'

/**
 * What a node of a tree holds: a hash and the sum of the values below it. The scale of the value is part of every hash.
 * Source: minima-global/Minima: src/org/minima/database/mmr/MMRData.java
 */
export interface MMRData {
  /** 32 bytes where a tree made it, 0 to 64 bytes on the wire. */
  readonly data: Uint8Array
  readonly value: MiniNumber
}

/** Written by hand: a unit of 14 kB has a hundred of these, and `struct` takes a fifth longer to read them all. */
export const MMRData: Codec<MMRData> = {
  read: (r) => {
    let member: keyof MMRData = 'data'
    try {
      const data = hash.read(r)
      member = 'value'
      return { data, value: miniNumber.read(r) }
    } catch (error) {
      throw within(member, error)
    }
  },
  write: (w, { data, value }) => {
    hash.write(w, data)
    miniNumber.write(w, value)
  },
}

/** Equal hashes byte by byte and equal values by value, whatever their scales. */
export const mmrDataEqual = (a: MMRData, b: MMRData): boolean => bytesEqual(a.data, b.data) && a.value.equals(b.value)
