import {
  bytesEqual,
  CodecError,
  type Coin,
  decode,
  MMRError,
  NumberError,
  parentId,
  StoredMMR,
  TxBlock,
  toHex,
} from '@minipolis/minima'
import { NodeError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import { type BlockNode, createBlockNode } from './block-node.ts'
import { BlockTree } from './block-tree.ts'
import { decodeCoins } from './carried-coins.ts'

/**
 * Rebuilds the tree from the TxBlocks of the store, in the order they came. They were judged before they were stored, so
 * nothing is judged again; but each coin tree must have the root its header names, which shows damage on disk.
 *
 * @throws NodeError `store-damaged`
 */
export function loadTree(store: Store): { tree: BlockTree; carried: readonly Coin[] } {
  const tree = new BlockTree()
  const root = store.roots.root()
  if (root === undefined) return { tree, carried: [] }
  try {
    for (const { id, txblock } of store.blocks.tree()) {
      const block = decode(TxBlock, txblock)
      if (bytesEqual(id, root.block))
        tree.plant(intact(createBlockNode(block, undefined, { mmr: decode(StoredMMR, root.mmr) })))
      else tree.add(intact(createBlockNode(block, parentOf(block, tree))))
    }
    if (tree.root === undefined) throw damaged('the root of the tree is missing')
    tree.chooseTip()
    return { tree, carried: decodeCoins(root.coins) }
  } catch (error) {
    const isDamage = error instanceof CodecError || error instanceof MMRError || error instanceof NumberError
    throw isDamage ? damaged(error.message, { cause: error }) : error
  }
}

function parentOf({ txpow }: TxBlock, tree: BlockTree): BlockNode {
  const parent = tree.get(toHex(parentId(txpow.header)))
  if (parent === undefined) throw damaged(`the parent of block ${txpow.header.blockNumber} is missing`)
  return parent
}

function intact(node: BlockNode): BlockNode {
  const root = node.mmr.root()
  if (root !== undefined && bytesEqual(root.data, node.header.mmrRoot)) return node
  throw damaged(`the coins of block ${node.number} do not fit its header`)
}

const damaged = (detail: string, options?: ErrorOptions): NodeError =>
  new NodeError(
    'store-damaged',
    `the stored chain is damaged: ${detail}; restore the data folder from a backup`,
    { detail },
    options,
  )
