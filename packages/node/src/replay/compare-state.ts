import { cascadeWeight, toHex } from '@minipolis/minima'
import type { CascadeHeaders } from '../chain/index.ts'
import { expectWeight } from './compare-block.ts'
import { expectSame } from './mismatch.ts'
import type { RecordedCascade, RecordedState } from './recording.ts'
import type { ReplayNode } from './replay-node.ts'

/** Tree, cascade and the wallet's coins against a recorded state. @throws ReplayError */
export function compareState({ chain }: ReplayNode, recorded: RecordedState): void {
  const { tip, root, size, length } = chain.tree
  expectSame('tip', tip?.hex, recorded.tip)
  expectSame('tip number', String(tip?.number), recorded.tipblock)
  expectSame('root', root?.hex, recorded.root)
  expectSame('root number', String(root?.number), recorded.rootblock)
  expectSame('blocks in the tree', size, recorded.treesize)
  expectSame('blocks on the main branch', length, recorded.branchlength)
  expectWeight('weight of the root', root!.totalWeight, recorded.rootweight)
  compareCascade(chain.cascade, recorded.cascade)
  const coins = chain.relevantCoins().map(({ coinId }) => toHex(coinId))
  expectSame('unspent coins of the wallet', coins.sort(), recorded.relevantunspent)
}

/** Numbers, levels and weights of a cascade. @throws ReplayError */
export function compareCascade({ blocks, weight }: CascadeHeaders, recorded: RecordedCascade): void {
  expectSame('length of the cascade', blocks.length, recorded.length)
  expectWeight('weight of the cascade', weight, recorded.weight)
  for (const [place, [number, level, superLevel, nodeWeight]] of recorded.nodes.entries()) {
    const block = blocks[place]!
    expectSame(
      `cascade ${place}`,
      [block.header.blockNumber.toString(), block.level, block.superLevel],
      [number, level, superLevel],
    )
    expectWeight(`weight of cascade block ${number}`, cascadeWeight(block), nodeWeight)
  }
}
