import { bytesEqual, type Codec, hash, miniNumber, struct } from '../codec/index.ts'
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

export const MMRData: Codec<MMRData> = struct<MMRData>({ data: hash, value: miniNumber })

/** Equal hashes byte by byte and equal values by value, whatever their scales. */
export const mmrDataEqual = (a: MMRData, b: MMRData): boolean => bytesEqual(a.data, b.data) && a.value.equals(b.value)
