import { describe, expect, test } from 'vitest'
import { decode, encode, fromHex, toHex } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { MiniNumber } from '../src/number/index.ts'
import { createGenesis, formatWeight, Magic, nextMagic, type TxHeader, type Weight } from '../src/objects/index.ts'
import {
  ancestor,
  type BlockContext,
  type CascadeBlock,
  cascadeWeight,
  chainSpeed,
  chooseTip,
  type ForkNode,
  medianBlock,
  minimumBlockTime,
  networks,
  nextBlockDifficulty,
  thinCascade,
} from '../src/rules/index.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

const parseWeight = (text: string): Weight => {
  const { unscaled, scale } = MiniNumber.parse(text)
  return { unscaled, scale }
}
const sameWeight = (actual: Weight, recorded: string): void =>
  expect(
    MiniNumber.parse(formatWeight(actual)).compare(MiniNumber.parse(recorded)),
    `${formatWeight(actual)} ${recorded}`,
  ).toBe(0)

interface DifficultyCase {
  name: string
  firstblock: number
  times: number[]
  difficulties: string[]
  next: string
  medianstart: string
  medianend: string
  speed: string
  mintime: string
}

const template: TxHeader = createGenesis({ address: new Uint8Array(32), time: 0, prng: new Uint8Array(32) }).header

const chainOf = ({ firstblock, times, difficulties }: DifficultyCase): BlockContext =>
  times.reduce<BlockContext | undefined>(
    (parent, time, i) => ({
      id: Uint8Array.of(1),
      superLevel: 0,
      parent,
      header: {
        ...template,
        blockNumber: MiniNumber.of(firstblock + i),
        time: MiniNumber.of(time),
        blockDifficulty: fromHex(difficulties[i]!),
      },
    }),
    undefined,
  )!

const difficultyFiles = vectorsAtHand
  ? ([
      ['main', 'chain-difficulty-main.json.gz'],
      ['test', 'chain-difficulty-test.json.gz'],
    ] as const)
  : ([['test', 'rules-difficulty-excerpt.json']] as const)
const read = <T>(name: string): T => (vectorsAtHand ? readVectors<T>(name) : readFixture<T>(name))

for (const [name, file] of difficultyFiles) {
  describe(`difficulty of the ${name} network follows the recorded chains`, () => {
    const parameters = networks[name]
    for (const [i, c] of read<{ cases: DifficultyCase[] }>(file).cases.entries()) {
      test(`${i}: ${c.name}`, () => {
        const parent = chainOf(c)
        expect(toHex(nextBlockDifficulty(parent, parameters))).toBe(c.next)
        expect(minimumBlockTime(parent, parameters).toString()).toBe(String(c.mintime))
        const start = medianBlock(parent, parameters.medianBlocks)
        const end = medianBlock(ancestor(parent, parameters.speedWindowBlocks), parameters.medianBlocks)
        expect(start.header.blockNumber.toString()).toBe(String(c.medianstart))
        expect(end.header.blockNumber.toString()).toBe(String(c.medianend))
        const speed = (): MiniNumber => chainSpeed(start, start.header.blockNumber.sub(end.header.blockNumber).asInt())
        if (c.speed === 'error') expect(speed).toThrow(MinipolisError)
        else expect(speed().toString()).toBe(String(c.speed))
      })
    }
  })
}

interface CascadeChain {
  superlevels: number[]
  weights: string[]
  every: number
  steps: { after: number; length: number; weight: string; nodes?: [string, number, number, string][] }[]
}

const cascadeFiles = vectorsAtHand
  ? ([
      ['main', 'chain-cascade-main.json.gz'],
      ['test', 'chain-cascade-test.json.gz'],
    ] as const)
  : ([['test', 'rules-cascade-excerpt.json']] as const)

for (const [name, file] of cascadeFiles) {
  test(`the cascade of the ${name} network keeps the recorded blocks at the recorded levels`, () => {
    const { superlevels, weights, steps } = read<{ chain: CascadeChain }>(file).chain
    let blocks: readonly (CascadeBlock & { number: number })[] = []
    let next = 0
    for (const step of steps) {
      for (; next < step.after; next++) {
        blocks = [
          { number: next + 1, superLevel: superlevels[next]!, weight: parseWeight(weights[next]!), level: 0 },
          ...blocks,
        ]
      }
      const thinned = thinCascade(blocks, networks[name])
      blocks = thinned.blocks
      expect(blocks.length).toBe(step.length)
      sameWeight(thinned.weight, step.weight)
      expect(thinCascade(blocks, networks[name])).toEqual(thinned)
      if (step.nodes === undefined) continue
      expect(blocks.map(({ number, level, superLevel }) => [String(number), level, superLevel])).toEqual(
        step.nodes.map((node) => node.slice(0, 3)),
      )
      for (const [i, node] of step.nodes.entries()) sameWeight(cascadeWeight(blocks[i]!), node[3])
    }
  })
}

interface ForkCase {
  nodes: [string, string, number, string][]
  tip: string
  length: number
  totalweights: Record<string, string>
}
interface MagicCase {
  desired: string
  steps: { in: string; out: string; txnsint: number }[]
}
const forks = read<{ cases: ForkCase[]; magic: MagicCase[] }>(
  vectorsAtHand ? 'chain-forkchoice.json.gz' : 'rules-forkchoice-excerpt.json',
)

interface TestNode extends ForkNode<TestNode> {
  id: string
  children: TestNode[]
}

describe('the tip is the end of the heaviest subtree, of equals the first to arrive', () => {
  for (const [i, c] of forks.cases.entries()) {
    test(`recorded tree ${i}`, () => {
      const nodes = new Map<string, TestNode>()
      for (const [id, parent, , weight] of c.nodes) {
        const node = { id, weight: parseWeight(weight), children: [] }
        nodes.set(id, node)
        nodes.get(parent)?.children.push(node)
      }
      const { tip, length, totalWeights } = chooseTip(nodes.get(c.nodes[0]![0])!)
      expect(tip.id).toBe(c.tip)
      expect(length).toBe(c.length)
      for (const [id, total] of Object.entries(c.totalweights)) sameWeight(totalWeights.get(nodes.get(id)!)!, total)
    })
  }

  test('a chain of twenty thousand blocks is walked without recursion', () => {
    const root: TestNode = { id: '0', weight: parseWeight('1'), children: [] }
    let last = root
    for (let i = 1; i < 20_000; i++) {
      const node: TestNode = { id: String(i), weight: parseWeight('1'), children: [] }
      last.children.push(node)
      last = node
    }
    expect(chooseTip(root).length).toBe(20_000)
  })
})

describe('magic numbers move as recorded', () => {
  for (const c of forks.magic) {
    test(c.desired, () => {
      for (const step of c.steps) {
        const next = nextMagic(decode(Magic, fromHex(step.in)))
        expect(toHex(encode(Magic, next))).toBe(step.out)
        expect(next.currentMaxTransactions.asInt()).toBe(step.txnsint)
      }
    })
  }
})
