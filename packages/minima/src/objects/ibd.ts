import type { Codec } from '../codec/index.ts'
import { list, nullable, struct } from '../codec/index.ts'
import { Cascade } from './cascade.ts'
import { TxBlock } from './tx-block.ts'

/**
 * Initial block download: the cascade, for a peer that has nothing, and blocks in rising order.
 * Source: minima-global/Minima: src/org/minima/objects/IBD.java
 */
export interface IBD {
  readonly cascade: Cascade | null
  readonly blocks: readonly TxBlock[]
}

export const IBD: Codec<IBD> = struct<IBD>({ cascade: nullable(Cascade), blocks: list(TxBlock) })
