import { sha3_256, sha3_256Pair } from '../hash/index.ts'
import type { MiniNumber } from '../number/index.ts'
import type { MMRData } from './mmr-data.ts'
import { NodeBuffer } from './node-buffer.ts'

const buffer = new NodeBuffer()
const secondBuffer = new NodeBuffer()

/**
 * The node of a leaf.
 *
 * @param object wire form of the object the leaf stands for
 * @param value its share of the sum; scale significant
 */
export const leafNode = (object: Uint8Array, value: MiniNumber): MMRData => ({
  data: sha3_256(buffer.leaf(object, value)),
  value,
})

/** The node above two siblings. @throws NumberError `number-range` when the sum leaves ±(2^64 - 1) */
export function parentNode(left: MMRData, right: MMRData): MMRData {
  const value = left.value.add(right.value)
  return { data: sha3_256(buffer.parent(left, right, value)), value }
}

/**
 * Two parents at once, in two thirds of the time where the host hashes in pairs.
 *
 * @throws NumberError `number-range`
 */
export function parentNodePair(left: MMRData, right: MMRData, left2: MMRData, right2: MMRData): [MMRData, MMRData] {
  const value = left.value.add(right.value)
  const value2 = left2.value.add(right2.value)
  const [data, data2] = sha3_256Pair(buffer.parent(left, right, value), secondBuffer.parent(left2, right2, value2))
  return [
    { data, value },
    { data: data2, value: value2 },
  ]
}
