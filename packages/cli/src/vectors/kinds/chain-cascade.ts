import { type CascadeBlock, cascadeWeight, type NetworkParameters, thinCascade } from '@minipolis/minima'
import { expectWeight, isChainRecording, parametersOf, weightFrom } from '../chain/recorded-chain.ts'
import { expectSame } from '../check-case.ts'
import { type Json, Recorded } from '../recorded.ts'
import type { VectorCase, VectorKind } from '../vector-kind.ts'

type NumberedBlock = CascadeBlock & { readonly number: number }

/** Blocks join at the tip; after some of them the chain is thinned out. Steps build on each other. */
function* steps(chain: Recorded, parameters: NetworkParameters): Generator<VectorCase> {
  const superLevels = chain.list('superlevels')
  const weights = chain.texts('weights')
  let blocks: readonly NumberedBlock[] = []
  for (const step of chain.records('steps')) {
    const after = step.number('after')
    const first = blocks[0]?.number ?? 0
    const fresh = Array.from({ length: after - first }, (_, i): NumberedBlock => {
      const number = after - i
      const weight = weightFrom(weights[number - 1]!)
      return { number, superLevel: Number(superLevels[number - 1]), weight, level: 0 }
    })
    const thinned = thinCascade([...fresh, ...blocks], parameters)
    blocks = thinned.blocks
    yield {
      name: `after ${after}`,
      check() {
        expectSame('length', thinned.blocks.length, step.number('length'))
        expectWeight('weight', thinned.weight, step.text('weight'))
        expectSame('thinned out again', thinCascade(thinned.blocks, parameters), thinned)
        if (step.has('nodes')) for (const [i, node] of step.list('nodes').entries()) checkNode(thinned.blocks[i]!, node)
      },
    }
  }
}

/** [number, level, super level, weight at its level] */
const checkNode = (block: NumberedBlock, node: Json): void => {
  const [number, level, superLevel, weight] = node as readonly Json[]
  expectSame(
    `node ${number}`,
    [String(block.number), block.level, block.superLevel],
    [String(number), level, superLevel],
  )
  expectWeight(`weight of node ${number}`, cascadeWeight(block), String(weight))
}

/** Super levels and weights to a cascade. */
export const chainCascadeKind: VectorKind = {
  name: 'chain cascade',
  matches: (file) => isChainRecording(file) && 'chain' in file.content,
  cases: (file) => steps(new Recorded(file.content).record('chain'), parametersOf(file)),
}
