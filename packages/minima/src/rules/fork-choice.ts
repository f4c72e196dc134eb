import { addWeights, compareWeights, type Weight } from '../objects/index.ts'

/** A block in a tree, as far as the choice of the tip looks at it. */
export interface ForkNode<N> {
  readonly weight: Weight
  /** In order of arrival. */
  readonly children: readonly N[]
}

export interface ForkChoice<N> {
  readonly tip: N
  /** Blocks from the root to the tip, both included. */
  readonly length: number
  /** Each block's weight with all its descendants, on whatever branch. */
  readonly totalWeights: ReadonlyMap<N, Weight>
}

/**
 * The tip of a tree: from the root always on to the child with the heaviest subtree, of equals the one that came first.
 * Source: minima-global/Minima: src/org/minima/database/txpowtree/TxPowTree.java (recalculateTree), spec 05 section 14.2.
 */
export function chooseTip<N extends ForkNode<N>>(root: N): ForkChoice<N> {
  const totalWeights = subtreeWeights(root)
  let tip = root
  let length = 1
  for (
    let next = heaviest(root.children, totalWeights);
    next !== undefined;
    next = heaviest(next.children, totalWeights)
  ) {
    tip = next
    length++
  }
  return { tip, length, totalWeights }
}

function subtreeWeights<N extends ForkNode<N>>(root: N): Map<N, Weight> {
  // Parents before children; backwards every child is summed before its parent. No recursion: trees are thousands deep.
  const nodes: N[] = [root]
  for (let i = 0; i < nodes.length; i++) for (const child of nodes[i]!.children) nodes.push(child)
  const totals = new Map<N, Weight>()
  for (const node of nodes.toReversed()) {
    totals.set(
      node,
      node.children.reduce((sum, child) => addWeights(sum, totals.get(child)!), node.weight),
    )
  }
  return totals
}

function heaviest<N>(children: readonly N[], totals: ReadonlyMap<N, Weight>): N | undefined {
  let best: N | undefined
  for (const child of children) {
    if (best === undefined || compareWeights(totals.get(child)!, totals.get(best)!) > 0) best = child
  }
  return best
}
