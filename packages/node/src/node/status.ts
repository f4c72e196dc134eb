import { floorWeight } from '@minipolis/minima'
import type { AutomineMode } from '../miner/index.ts'
import type { NodeCore } from './core.ts'
import { type BlockRef, blockRef } from './events.ts'

/** What a node says about itself. */
export interface NodeStatus {
  readonly network: string
  readonly tip: BlockRef | undefined
  readonly root: BlockRef | undefined
  /** Blocks on the main branch of the tree. */
  readonly branchLength: number
  /** Blocks in the tree on all branches. */
  readonly treeSize: number
  readonly cascadeLength: number
  /** Whole part of the weights of tree and cascade. */
  readonly weight: bigint
  /** Raw Minima that is not burned. */
  readonly supply: string
  readonly mempool: { readonly transactions: number; readonly bytes: number }
  readonly coins: { readonly known: number; readonly relevant: number }
  readonly keys: { readonly made: number; readonly scripts: number }
  readonly automine: AutomineMode
}

export function statusOf({ chain, pool, wallet }: NodeCore, automine: AutomineMode): NodeStatus {
  const { root, tip, length, size } = chain.tree
  return {
    network: chain.parameters.name,
    tip: tip && blockRef(tip),
    root: root && blockRef(root),
    branchLength: length,
    treeSize: size,
    cascadeLength: chain.cascade.blocks.length,
    weight: (root === undefined ? 0n : floorWeight(root.totalWeight)) + floorWeight(chain.cascade.weight),
    supply: tip?.header.mmrTotal.toString() ?? '0',
    mempool: { transactions: pool.size, bytes: pool.bytes },
    coins: { known: chain.coins.size, relevant: chain.relevantCoins().length },
    keys: { made: wallet.keys.all().length, scripts: wallet.scripts.all().length },
    automine,
  }
}
