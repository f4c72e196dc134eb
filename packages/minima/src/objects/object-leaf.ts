import type { Codec } from '../codec/index.ts'
import { encode } from '../codec/index.ts'
import type { MMRData } from '../mmr/index.ts'
import { leafNode } from '../mmr/node-hash.ts'
import { MiniNumber } from '../number/index.ts'

/** The MMR leaf that stands for an object. `value` is its share of the sum, 0 unless given. */
export const objectLeaf = <T>(codec: Codec<T>, object: T, value: MiniNumber = MiniNumber.ZERO): MMRData =>
  leafNode(encode(codec, object), value)
