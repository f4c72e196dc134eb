import {
  addWeights,
  blocksToCascade,
  type CascadeBlock,
  cascadeWeight,
  difficultyWeight,
  fromHex,
  type NetworkParameters,
  type ThinnedCascade,
  thinCascade,
  ZERO_WEIGHT,
} from '@minipolis/minima'
import { expectWeight, isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { expectSame } from '../check-case.ts'
import { type Json, Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorCase, VectorFile, VectorKind } from '../vector-kind.ts'

/** A block as the brief list has it: [number, id, time, difficulty, super level, weight, MMR entry number]. */
interface BriefBlock extends CascadeBlock {
  readonly number: string
  readonly fields: readonly Json[]
}

const briefFrom = (recorded: Json): BriefBlock => {
  const fields = recorded as readonly Json[]
  const weight = difficultyWeight(fromHex(String(fields[3])))
  return { number: String(fields[0]), fields, superLevel: Number(fields[4]), weight, level: 0 }
}

const checkWeights = (blocks: readonly BriefBlock[]): void => {
  for (const { number, weight, fields } of blocks) expectWeight(`weight of block ${number}`, weight, String(fields[5]))
}

/** The cascade after a block has joined: the tree hands over its oldest blocks whenever it is long enough. */
function cascadeAfter(
  last: string,
  blocks: readonly BriefBlock[],
  parameters: NetworkParameters,
): ThinnedCascade<BriefBlock> & { readonly tree: readonly BriefBlock[] } {
  let thinned: ThinnedCascade<BriefBlock> = { blocks: [], weight: ZERO_WEIGHT }
  let tree: readonly BriefBlock[] = []
  for (const block of blocks) {
    tree = [...tree, block]
    const count = blocksToCascade(tree.length, parameters)
    if (count > 0) {
      thinned = thinCascade([...tree.slice(0, count).reverse(), ...thinned.blocks], parameters)
      tree = tree.slice(count)
    }
    if (block.number === last) return { ...thinned, tree }
  }
  throw new VectorError('shape', `the brief list has no block ${last}`)
}

const checkCascade = (recorded: Recorded, blocks: readonly BriefBlock[], parameters: NetworkParameters): void => {
  const after = cascadeAfter(recorded.text('afterblock'), blocks, parameters)
  const cascade = recorded.record('cascade')
  expectSame('root', after.tree[0]?.number, recorded.text('root'))
  expectSame('length', after.blocks.length, cascade.get('length'))
  expectWeight('weight', after.weight, cascade.text('weight'))
  for (const [i, node] of cascade.list('nodes').entries()) {
    const [number, level, superLevel, weight] = node as readonly Json[]
    const block = after.blocks[i]!
    expectSame(`node ${i}`, [block.number, block.level, block.superLevel], [String(number), level, superLevel])
    expectWeight(`weight of node ${i}`, cascadeWeight(block), String(weight))
  }
}

const checkRootWeight = (recorded: string, blocks: readonly BriefBlock[], parameters: NetworkParameters): void => {
  const { tree } = cascadeAfter(blocks.at(-1)!.number, blocks, parameters)
  const weight = tree.reduce((sum, block) => addWeights(sum, block.weight), ZERO_WEIGHT)
  expectWeight('rootweight', weight, recorded)
}

function* briefCases(file: VectorFile): Generator<VectorCase> {
  const recorded = new Recorded(file.content)
  const parameters = parametersOf(file)
  const blocks = recorded.list('blocks').map(briefFrom)
  yield { name: 'weights', check: () => checkWeights(blocks) }
  for (const cascade of recorded.records('cascades')) {
    yield {
      name: `cascade after block ${cascade.text('afterblock')}`,
      check: () => checkCascade(cascade, blocks, parameters),
    }
  }
  if (recorded.has('rootweight')) {
    const weight = recorded.text('rootweight')
    yield { name: 'weight of the root', check: () => checkRootWeight(weight, blocks, parameters) }
  }
}

/** A long chain as a list of its blocks in brief, with its cascades. */
export const chainBriefKind: VectorKind = {
  name: 'chain in brief',
  matches: (file) => isChainRecording(file) && 'cascades' in file.content,
  cases: briefCases,
}
