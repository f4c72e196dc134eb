import type { Codec } from '../codec/index.ts'
import { list, map, miniNumber, struct } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { TxPoW } from './txpow.ts'

/**
 * A block that is kept only because of its super level, at the level it stands for in the cascade (0 to 31).
 * Source: minima-global/Minima: src/org/minima/database/cascade/CascadeNode.java
 */
export interface CascadeNode {
  readonly txpow: TxPoW
  readonly level: number
}

const level = map(
  miniNumber,
  (value) => value.asInt(),
  (value: number) => MiniNumber.of(value),
)

export const CascadeNode: Codec<CascadeNode> = struct<CascadeNode>({ txpow: TxPoW, level })

/** The blocks below the tree's root, thinned out with depth, tip first. Source: …/database/cascade/Cascade.java */
export interface Cascade {
  readonly nodes: readonly CascadeNode[]
}

export const Cascade: Codec<Cascade> = struct<Cascade>({ nodes: list(CascadeNode) })
