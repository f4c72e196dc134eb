import { signedToBytes } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'
import type { MMRData } from './mmr-data.ts'

const FIRST_CAPACITY = 1024
/** Views up to this length are kept: making one costs as much as writing a parent. */
const VIEWED_SIZE_MAX = 256
/** Scale, length and at most 32 bytes. */
const NUMBER_SIZE_MAX = 34
const PREFIX_SIZE = 3
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * What the hash of a node covers, written by hand into a buffer that is used again and again: trees are made of nothing else,
 * and the codecs take three times as long. A leaf is 000100 ‖ object ‖ value, a parent 000101 ‖ data(left) ‖ data(right) ‖ sum,
 * where 000100 and 000101 are the numbers 0 and 1. A property test compares both ways.
 */
export class NodeBuffer {
  private bytes = new Uint8Array(FIRST_CAPACITY)
  private views: Uint8Array[] = []

  /** The bytes of a leaf, valid until the next call. @param object wire form */
  leaf(object: Uint8Array, value: MiniNumber): Uint8Array {
    this.begin(0, PREFIX_SIZE + object.length + NUMBER_SIZE_MAX)
    this.bytes.set(object, PREFIX_SIZE)
    return this.view(this.number(value, PREFIX_SIZE + object.length))
  }

  /** The bytes of a parent, valid until the next call. */
  parent(left: MMRData, right: MMRData, sum: MiniNumber): Uint8Array {
    this.begin(1, PREFIX_SIZE + left.data.length + right.data.length + 8 + NUMBER_SIZE_MAX)
    return this.view(this.number(sum, this.data(right.data, this.data(left.data, PREFIX_SIZE))))
  }

  private begin(kind: 0 | 1, size: number): void {
    if (size > this.bytes.length) {
      this.bytes = new Uint8Array(2 * size)
      this.views = []
    }
    this.bytes[0] = 0
    this.bytes[1] = 1
    this.bytes[2] = kind
  }

  private view(size: number): Uint8Array {
    if (size > VIEWED_SIZE_MAX) return this.bytes.subarray(0, size)
    this.views[size] ??= this.bytes.subarray(0, size)
    return this.views[size]
  }

  /** Byte string with its length. @returns where it ends */
  private data(data: Uint8Array, at: number): number {
    const { bytes } = this
    const { length } = data
    bytes[at] = length >>> 24
    bytes[at + 1] = length >>> 16
    bytes[at + 2] = length >>> 8
    bytes[at + 3] = length
    bytes.set(data, at + 4)
    return at + 4 + length
  }

  /** Scale, length, shortest two's complement. @returns where it ends */
  private number({ unscaled, scale }: MiniNumber, at: number): number {
    this.bytes[at] = scale
    const start = at + 2
    const small = unscaled >= 0n && unscaled <= MAX_SAFE
    const size = small ? this.smallInteger(Number(unscaled), start) : this.largeInteger(unscaled, start)
    this.bytes[at + 1] = size
    return start + size
  }

  /** A whole number from 0 to 2^53 - 1, with a leading zero byte where the top bit is set. @returns its bytes */
  private smallInteger(value: number, at: number): number {
    let size = 1
    for (let limit = 0x80; value >= limit; limit *= 256) size++
    let rest = value
    for (let i = at + size - 1; i >= at; i--) {
      this.bytes[i] = rest % 256
      rest = Math.floor(rest / 256)
    }
    return size
  }

  private largeInteger(value: bigint, at: number): number {
    const integer = signedToBytes(value)
    this.bytes.set(integer, at)
    return integer.length
  }
}
