import {
  addWeights,
  applyTxBlock,
  blocksToCascade,
  type CascadeBlock,
  cascadeWeight,
  difficultyWeight,
  factsOf,
  fromHex,
  IBD,
  type NetworkParameters,
  Reader,
  type ThinnedCascade,
  type TxBlock,
  thinCascade,
  ZERO_WEIGHT,
} from '@minipolis/minima'
import { expectWeight, isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { expectSame, hexOf } from '../check-case.ts'
import { type Json, Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorCase, VectorFile, VectorKind } from '../vector-kind.ts'
import { downloadCases } from './chain-download.ts'

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

const briefOf = (txBlock: TxBlock): Json => {
  const { header } = txBlock.txpow
  const { id, superLevel } = factsOf(txBlock.txpow)
  const { mmr } = applyTxBlock(txBlock)
  return [
    header.blockNumber.toString(),
    hexOf(id),
    header.time.toString(),
    hexOf(header.blockDifficulty),
    superLevel,
    String(mmr.entryNumber),
  ]
}

const checkDownloaded = (ibd: Recorded, blocks: readonly BriefBlock[]): void => {
  const byNumber = new Map(blocks.map((block) => [block.number, block.fields]))
  for (const txBlock of IBD.read(new Reader(ibd.bytes('ibd'))).blocks) {
    const number = txBlock.txpow.header.blockNumber.toString()
    const recorded = byNumber.get(number)?.map((field, i) => (i === 4 ? field : String(field))) ?? []
    const [, id, time, difficulty, superLevel, , entryNumber] = recorded
    expectSame(`block ${number}`, briefOf(txBlock), [number, id!, time!, difficulty!, superLevel!, entryNumber!])
  }
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
  if (recorded.has('ibd')) {
    yield* downloadCases(file)
    yield { name: 'downloaded blocks', check: () => checkDownloaded(recorded.record('ibd'), blocks) }
  }
}

/** A long chain as a list of its blocks in brief, with its cascades and a download of it. */
export const chainBriefKind: VectorKind = {
  name: 'chain in brief',
  matches: (file) => isChainRecording(file) && Array.isArray(file.content.cascades),
  cases: briefCases,
}
