import {
  Cascade,
  cascadeWeight,
  chainWeight,
  checkIBD,
  encode,
  IBD,
  isCascadeConsistent,
  isOursHeavierOrEqual,
  type NetworkParameters,
  Reader,
  TxBlock,
  thinCascade,
  txpowId,
  weighIBD,
} from '@minipolis/minima'
import { expectWeight, isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { type Computed, expectSame, hexOf } from '../check-case.ts'
import { isRecord, type Json, Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorCase, VectorFile, VectorKind } from '../vector-kind.ts'

const read = (recorded: Recorded): IBD => IBD.read(new Reader(recorded.bytes('ibd')))

/** What a recording says of a download. */
const facts = (ibd: IBD, parameters: NetworkParameters): Computed => ({
  hascascade: ibd.cascade !== null,
  cascadelength: ibd.cascade?.nodes.length ?? 0,
  blocks: ibd.blocks.map(({ txpow }) => hexOf(txpowId(txpow))),
  weight: chainWeight(weighIBD(ibd), parameters).toString(),
  validdata: checkIBD(ibd).ok,
  ibd: hexOf(encode(IBD, ibd)),
})

const checkComplete = (recorded: Recorded, parameters: NetworkParameters): void => {
  for (const [field, value] of Object.entries(facts(read(recorded), parameters))) {
    expectSame(field, value, recorded.get(field))
  }
}

const checkCascade = (recorded: Recorded, parameters: NetworkParameters): void => {
  const cascade = Cascade.read(new Reader(recorded.bytes('cascade')))
  expectSame('cascade', hexOf(encode(Cascade, cascade)), recorded.text('cascade'))
  const expected = recorded.record('cascadenodes')
  if (expected.has('consistent')) expectSame('consistent', isCascadeConsistent(cascade), expected.get('consistent'))
  const { cascade: blocks } = weighIBD({ cascade, blocks: [] })
  const thinned = thinCascade(blocks, parameters)
  expectSame('length', thinned.blocks.length, expected.get('length'))
  expectWeight('weight', thinned.weight, expected.text('weight'))
  for (const [i, node] of expected.list('nodes').entries()) {
    const [number, level, superLevel, weight] = node as readonly Json[]
    const block = thinned.blocks[i]!
    const { blockNumber } = cascade.nodes[i]!.txpow.header
    expectSame(
      `node ${i}`,
      [blockNumber.toString(), block.level, block.superLevel],
      [String(number), level, superLevel],
    )
    expectWeight(`weight of node ${i}`, cascadeWeight(block), String(weight))
  }
}

/** The chain that a case of `heavier` compares ours with; it is told by the name of the case. */
async function theirs(c: Recorded, ours: IBD, file: VectorFile): Promise<IBD> {
  const name = c.text('name')
  if (name === 'our own chain') return ours
  if (name === 'our chain without the last three blocks') return { ...ours, blocks: ours.blocks.slice(0, -3) }
  if (c.has('extratxblock')) {
    return { ...ours, blocks: [...ours.blocks, TxBlock.read(new Reader(c.bytes('extratxblock')))] }
  }
  const source = /complete IBD of (\S+)/.exec(name)?.[1]
  for await (const neighbour of file.neighbours()) {
    if (source !== undefined && neighbour.path.endsWith(source)) {
      return read(new Recorded(neighbour.content).record('ibd').record('complete'))
    }
  }
  throw new VectorError('shape', `the chain of the case ${name} is not at hand`)
}

const checkHeavier = async (c: Recorded, ours: IBD, file: VectorFile): Promise<void> => {
  const parameters = parametersOf(file)
  const other = weighIBD(await theirs(c, ours, file))
  if (c.has('theirweight')) {
    expectSame('theirweight', chainWeight(other, parameters).toString(), String(c.get('theirweight')))
  }
  expectSame(
    'oursheavierorequal',
    isOursHeavierOrEqual(weighIBD(ours), other, parameters),
    c.boolean('oursheavierorequal'),
  )
}

/**
 * Downloads of a whole chain: what they hold, weigh and how they compare. What a node answers to a greeting belongs to its
 * peers, not to the protocol's objects and rules.
 */
export function downloadCases(file: VectorFile): readonly VectorCase[] {
  const ibd = new Recorded(file.content).record('ibd')
  const parameters = parametersOf(file)
  if (!ibd.has('complete')) return [{ name: 'download', check: () => checkComplete(ibd, parameters) }]
  const complete = ibd.record('complete')
  const heavier = ibd.has('heavier') ? ibd.records('heavier') : []
  return [
    { name: 'download', check: () => checkComplete(complete, parameters) },
    { name: 'cascade', check: () => checkCascade(ibd, parameters) },
    ...heavier.map((c) => ({
      name: `heavier: ${c.text('name')}`,
      check: () => checkHeavier(c, read(complete), file),
    })),
  ]
}

/** A recording of downloads alone. */
export const chainDownloadKind: VectorKind = {
  name: 'chain download',
  matches: (file) => isChainRecording(file) && isRecord(file.content.ibd) && !Array.isArray(file.content.blocks),
  cases: downloadCases,
}
