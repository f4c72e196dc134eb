import { chooseTip, encode, type ForkNode, Magic, nextMagic, Reader, type Weight } from '@minipolis/minima'
import { expectWeight, isChainRecording, weightFrom } from '../chain/recorded-chain.ts'
import { expectSame, hexOf } from '../check-case.ts'
import { type Json, Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorKind } from '../vector-kind.ts'

interface RecordedNode extends ForkNode<RecordedNode> {
  readonly id: string
  readonly weight: Weight
  readonly children: RecordedNode[]
}

/** [id, parent, number, weight] in order of arrival; the first is the root. */
const treeFrom = (nodes: readonly Json[]): ReadonlyMap<string, RecordedNode> => {
  const tree = new Map<string, RecordedNode>()
  for (const node of nodes) {
    const [id, parent, , weight] = (node as readonly Json[]).map(String) as [string, string, string, string]
    const added: RecordedNode = { id, weight: weightFrom(weight), children: [] }
    tree.set(id, added)
    tree.get(parent)?.children.push(added)
  }
  return tree
}

const checkFork = (c: Recorded): void => {
  const tree = treeFrom(c.list('nodes'))
  const [root] = tree.values()
  if (root === undefined) throw new VectorError('shape', 'a recorded tree has no nodes')
  const { tip, length, totalWeights } = chooseTip<RecordedNode>(root)
  expectSame('tip', tip.id, c.text('tip'))
  expectSame('length', length, c.number('length'))
  const recorded = c.record('totalweights')
  for (const id of Object.keys(recorded.fields)) {
    const node = tree.get(id)
    const weight = node && totalWeights.get(node)
    if (weight === undefined) throw new VectorError('mismatch', `nothing weighs the node ${id}`)
    expectWeight(`weight of ${id}`, weight, recorded.text(id))
  }
}

const checkMagic = (sequence: Recorded): void => {
  for (const [i, step] of sequence.records('steps').entries()) {
    const next = nextMagic(Magic.read(new Reader(step.bytes('in'))))
    expectSame(`step ${i}`, hexOf(encode(Magic, next)), step.text('out'))
    expectSame(`transactions of step ${i}`, next.currentMaxTransactions.toString(), String(step.get('txns')))
    expectSame(`limit of step ${i}`, next.currentMaxTransactions.asInt(), step.number('txnsint'))
  }
}

/** Trees to their tips, and sequences of magic values. */
export const chainForkChoiceKind: VectorKind = {
  name: 'chain fork choice',
  matches: (file) => isChainRecording(file) && 'nodefields' in file.content,
  cases({ content }) {
    const recorded = new Recorded(content)
    const forks = recorded.records('cases').map((c, i) => ({ name: `tree ${i}`, check: () => checkFork(c) }))
    const magic = recorded.has('magic') ? recorded.records('magic') : []
    return [
      ...forks,
      ...magic.map((sequence) => ({
        name: `magic ${sequence.text('desired')}`,
        check: () => checkMagic(sequence),
      })),
    ]
  },
}
