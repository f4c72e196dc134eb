import { chooseTip, difficultyWeight, MMR, type TxHeader, type Weight } from '@minipolis/minima'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BlockNode } from './block-node.ts'
import { BlockTree } from './block-tree.ts'
import { changeBetween } from './chain-change.ts'

/** A node without block: what the tree looks at, and nothing else. */
function nodeOf(hex: string, parent: BlockNode | undefined, weight: Weight): BlockNode {
  return {
    id: new Uint8Array(32),
    hex,
    header: {} as TxHeader,
    number: (parent?.number ?? 0) + 1,
    superLevel: 0,
    parent,
    children: [],
    mmr: new MMR(),
    spent: [],
    created: [],
    transactions: [],
    weight,
    totalWeight: weight,
  }
}

const weightOf = (value: number): Weight => ({ unscaled: BigInt(value), scale: value % 3 })

/** Each entry is a new node: which of the nodes before is its parent, counted from the newest, its weight, and whether the tip is chosen then. */
const growth = fc.array(
  fc.tuple(fc.oneof(fc.constant(0), fc.nat(1000)), fc.integer({ min: 1, max: 5 }), fc.boolean()),
  { maxLength: 60 },
)

function grow(steps: readonly (readonly [number, number, boolean])[]): { tree: BlockTree; nodes: BlockNode[] } {
  const tree = new BlockTree()
  const nodes = [nodeOf('0', undefined, weightOf(1))]
  tree.plant(nodes[0]!)
  for (const [age, weight, isChosen] of steps) {
    const node = nodeOf(String(nodes.length), nodes[nodes.length - 1 - (age % nodes.length)]!, weightOf(weight))
    tree.add(node)
    nodes.push(node)
    if (isChosen) tree.chooseTip()
  }
  tree.chooseTip()
  return { tree, nodes }
}

describe('the block tree', () => {
  test('chooses the tip that counting every subtree anew would choose', () => {
    fc.assert(
      fc.property(growth, (steps) => {
        const { tree, nodes } = grow(steps)
        const naive = chooseTip(nodes[0]!)
        expect(tree.tip!.hex).toBe(naive.tip.hex)
        expect(tree.length).toBe(naive.length)
      }),
    )
  })

  test('cut below a new root it keeps what stands on it, in the same order and weight', () => {
    fc.assert(
      fc.property(growth, fc.nat(100), (steps, at) => {
        const { tree, nodes } = grow(steps)
        const tip = tree.tip!
        const root = tree.mainAt(1 + (at % tree.length))!
        const { below, lost } = tree.pruneBelow(root)
        tree.chooseTip()
        expect(tree.tip).toBe(tip)
        expect(tree.root).toBe(root)
        expect(tree.size + below.length + lost.length).toBe(nodes.length)
        for (const node of tree.nodes()) expect(descends(node, root)).toBe(true)
        for (const node of lost) expect(tree.get(node.hex)).toBeUndefined()
      }),
    )
  })

  test('the way between two tips leaves one branch and joins the other', () => {
    fc.assert(
      fc.property(growth, fc.nat(1000), fc.nat(1000), (steps, a, b) => {
        const { nodes } = grow(steps)
        const from = nodes[a % nodes.length]!
        const to = nodes[b % nodes.length]!
        const { disconnected, connected } = changeBetween(from, to)
        const path = new Set(pathTo(from))
        for (const node of disconnected) path.delete(node)
        for (const node of connected) path.add(node)
        expect([...path]).toEqual(pathTo(to))
      }),
    )
  })

  test('of equal weights the child that came first wins', () => {
    const tree = new BlockTree()
    const weight = difficultyWeight(new Uint8Array(30).fill(0xff))
    const root = nodeOf('root', undefined, weight)
    tree.plant(root)
    tree.add(nodeOf('first', root, weight))
    tree.add(nodeOf('second', root, weight))
    tree.chooseTip()
    expect(tree.tip!.hex).toBe('first')
  })
})

function pathTo(node: BlockNode): BlockNode[] {
  const path: BlockNode[] = []
  for (let at: BlockNode | undefined = node; at !== undefined; at = at.parent) path.unshift(at)
  return path
}

const descends = (node: BlockNode, root: BlockNode): boolean => pathTo(node)[0] === root
