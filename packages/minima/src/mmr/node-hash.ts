import { miniNumber, Writer } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import type { MiniNumber } from '../number/index.ts'
import type { MMRData } from './mmr-data.ts'

/*
 * A leaf is H(000100 ‖ object ‖ value), a parent H(000101 ‖ data(left) ‖ data(right) ‖ sum), where 000100 and 000101 are the
 * numbers 0 and 1. Both are written straight into one scratch writer and hashed: a parent is one SHA3 block.
 */
const scratch = new Writer(256)

const writeNumber = (value: 0 | 1): void => {
  scratch.u8(0)
  scratch.u8(1)
  scratch.u8(value)
}

/**
 * The node of a leaf.
 *
 * @param object wire form of the object the leaf stands for
 * @param value its share of the sum; scale significant
 */
export function leafNode(object: Uint8Array, value: MiniNumber): MMRData {
  scratch.reset()
  writeNumber(0)
  scratch.raw(object)
  miniNumber.write(scratch, value)
  return { data: sha3_256(scratch.view8()), value }
}

/** The node above two siblings. @throws NumberError `number-range` when the sum leaves ±(2^64 - 1) */
export function parentNode(left: MMRData, right: MMRData): MMRData {
  const value = left.value.add(right.value)
  scratch.reset()
  writeNumber(1)
  scratch.i32(left.data.length)
  scratch.raw(left.data)
  scratch.i32(right.data.length)
  scratch.raw(right.data)
  miniNumber.write(scratch, value)
  return { data: sha3_256(scratch.view8()), value }
}
