import { addWeights, compareWeights, type Weight, ZERO_WEIGHT } from '@minipolis/minima'
import type { BlockNode } from './block-node.ts'

/** What left the tree when its root moved up. */
export interface Pruned {
  /** The old main branch below the new root, oldest first. */
  readonly below: readonly BlockNode[]
  /** Blocks of branches that hung below the new root. */
  readonly lost: readonly BlockNode[]
}

/**
 * The blocks that can still win, and the branch that does: from the root always on to the child with the heaviest subtree, of
 * equals to the one that came first. Source: spec 05 section 14.2
 */
export class BlockTree {
  readonly #nodes = new Map<string, BlockNode>()
  /** Added since the last `chooseTip`, parents first. */
  #unweighed: BlockNode[] = []
  /** The main branch, root first. */
  #main: BlockNode[] = []

  get root(): BlockNode | undefined {
    return this.#main[0]
  }

  get tip(): BlockNode | undefined {
    return this.#main.at(-1)
  }

  /** Nodes on all branches. */
  get size(): number {
    return this.#nodes.size
  }

  /** Nodes on the main branch. */
  get length(): number {
    return this.#main.length
  }

  /** By id, hex. */
  get(hex: string): BlockNode | undefined {
    return this.#nodes.get(hex)
  }

  /** The block of the main branch with this number. */
  mainAt(number: number): BlockNode | undefined {
    const root = this.root
    return root === undefined ? undefined : this.#main[number - root.number]
  }

  isMain(node: BlockNode): boolean {
    return this.mainAt(node.number) === node
  }

  /** The main branch from `number` on, root first when that lies below the root. */
  mainFrom(number: number): readonly BlockNode[] {
    const root = this.root
    return root === undefined ? [] : this.#main.slice(Math.max(0, number - root.number))
  }

  nodes(): Iterable<BlockNode> {
    return this.#nodes.values()
  }

  /** Starts the tree. */
  plant(root: BlockNode): void {
    this.#nodes.set(root.hex, root)
    this.#main = [root]
  }

  /** Adds the node as the last child of its parent. Tip and weights do not change before `chooseTip`. */
  add(node: BlockNode): void {
    this.#nodes.set(node.hex, node)
    node.parent?.children.push(node)
    this.#unweighed.push(node)
  }

  /** Follows the heaviest subtrees anew. */
  chooseTip(): void {
    const root = this.root
    if (root === undefined) return
    const fresh = this.#unweighed
    this.#weigh()
    if (isRow(fresh, this.tip)) {
      // What stands on the tip makes the heaviest branch heavier: it stays the one that wins.
      for (const node of fresh) this.#main.push(node)
      return
    }
    const main = [root]
    for (let next = heaviest(root.children); next !== undefined; next = heaviest(next.children)) main.push(next)
    this.#main = main
  }

  /** Counts new nodes for all below them: once for a row of them, not once for each. */
  #weigh(): void {
    const gains = new Map<BlockNode, Weight>()
    const fresh = new Set(this.#unweighed)
    // Parents stand before their children, so from the end every node has all its gains when its turn comes.
    for (const node of this.#unweighed.toReversed()) {
      const gain = gains.get(node)
      if (gain !== undefined) node.totalWeight = addWeights(node.totalWeight, gain)
      if (node.parent !== undefined) {
        gains.set(node.parent, addWeights(gains.get(node.parent) ?? ZERO_WEIGHT, node.totalWeight))
      }
    }
    this.#unweighed = []
    for (const [node, gain] of gains) {
      if (fresh.has(node)) continue
      for (let below: BlockNode | undefined = node; below !== undefined; below = below.parent) {
        below.totalWeight = addWeights(below.totalWeight, gain)
      }
    }
  }

  /** Makes a block of the main branch the root; what does not stand on it leaves the tree. */
  pruneBelow(newRoot: BlockNode): Pruned {
    const below = this.#main.slice(0, newRoot.number - this.root!.number)
    const lost: BlockNode[] = []
    const keep = below.at(-1)
    if (keep === undefined) return { below, lost }
    for (const node of below) {
      this.#nodes.delete(node.hex)
      const next = node === keep ? newRoot : this.mainAt(node.number + 1)
      lost.push(...node.children.filter((child) => child !== next))
    }
    for (let i = 0; i < lost.length; i++) {
      this.#nodes.delete(lost[i]!.hex)
      lost.push(...lost[i]!.children)
    }
    this.#main = this.#main.slice(below.length)
    newRoot.parent = undefined
    newRoot.mmr.parent = undefined
    return { below, lost }
  }
}

/** Does each node stand on the one before, and the first on `tip`? */
function isRow(nodes: readonly BlockNode[], tip: BlockNode | undefined): boolean {
  let below = tip
  return nodes.every((node) => {
    const fits = node.parent === below
    below = node
    return fits
  })
}

function heaviest(children: readonly BlockNode[]): BlockNode | undefined {
  let best = children[0]
  for (const child of children) if (compareWeights(child.totalWeight, best!.totalWeight) > 0) best = child
  return best
}
