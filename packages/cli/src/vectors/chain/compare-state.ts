import { cascadeWeight } from '@minipolis/minima'
import { expectSame } from '../check-case.ts'
import type { Json, Recorded } from '../recorded.ts'
import type { ChainReplay } from './chain-replay.ts'
import { expectWeight } from './recorded-chain.ts'

/** Compares tree and cascade with a recorded state. @throws VectorError `mismatch` */
export function compareChain(chain: ChainReplay, recorded: Recorded): void {
  expectSame('tip', chain.tip.hex, recorded.text('tip'))
  expectSame('tipblock', chain.tip.header.blockNumber.toString(), recorded.text('tipblock'))
  expectSame('root', chain.root.hex, recorded.text('root'))
  expectSame('rootblock', chain.root.header.blockNumber.toString(), recorded.text('rootblock'))
  expectSame('treesize', chain.blocks.size, recorded.number('treesize'))
  expectSame('branchlength', chain.branchLength, recorded.number('branchlength'))
  expectWeight('rootweight', chain.rootWeight, recorded.text('rootweight'))
  compareCascade(chain, recorded.record('cascade'))
}

const compareCascade = ({ cascade, cascadeWeight: weight }: ChainReplay, recorded: Recorded): void => {
  expectSame('length of the cascade', cascade.length, recorded.number('length'))
  expectWeight('weight of the cascade', weight, recorded.text('weight'))
  for (const [i, node] of recorded.list('nodes').entries()) {
    const [number, level, superLevel, nodeWeight] = node as readonly Json[]
    const block = cascade[i]!
    expectSame(
      `cascade ${i}`,
      [block.header.blockNumber.toString(), block.level, block.superLevel],
      [String(number), level, superLevel],
    )
    expectWeight(`weight of cascade ${i}`, cascadeWeight(block), String(nodeWeight))
  }
}
