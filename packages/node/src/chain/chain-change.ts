import type { BlockNode } from './block-node.ts'

/** What adding to the tree did to the main branch. */
export interface ChainChange {
  /** The tip before; undefined when the chain began. */
  readonly from: BlockNode | undefined
  readonly to: BlockNode
  /** Blocks that left the main branch without being confirmed, newest first. */
  readonly disconnected: readonly BlockNode[]
  /** Blocks that joined the main branch, oldest first. */
  readonly connected: readonly BlockNode[]
}

/** The way from one tip to another through the block where their branches part. */
export function changeBetween(from: BlockNode | undefined, to: BlockNode): ChainChange {
  const disconnected: BlockNode[] = []
  const connected: BlockNode[] = []
  let left = from
  let right: BlockNode | undefined = to
  while (right !== undefined && right !== left) {
    if (left !== undefined && left.number >= right.number) {
      disconnected.push(left)
      left = left.parent
    } else {
      connected.push(right)
      right = right.parent
    }
  }
  return { from, to, disconnected, connected: connected.reverse() }
}
