import {
  type AppliedTxBlock,
  type BlockState,
  blockWeight,
  type Coin,
  type ForkNode,
  factsOf,
  type MMR,
  type TxBlock,
  type TxPoW,
  toHex,
  type Weight,
} from '@minipolis/minima'

/** A block of a replayed chain with what it did to the coins. */
export interface ReplayBlock extends BlockState, ForkNode<ReplayBlock> {
  readonly hex: string
  readonly txpow: TxPoW
  readonly txBlock: TxBlock
  readonly weight: Weight
  readonly mmr: MMR
  readonly spent: readonly Coin[]
  readonly created: readonly Coin[]
  readonly children: ReplayBlock[]
  /** In the tree; undefined at its root. */
  parent: ReplayBlock | undefined
  /** The block before, also where that has left the tree. */
  readonly previous: ReplayBlock | undefined
}

/** Puts a block on its parent, as the last of its children. */
export function addBlock(txBlock: TxBlock, applied: AppliedTxBlock, parent: ReplayBlock | undefined): ReplayBlock {
  const { txpow } = txBlock
  const { id, superLevel } = factsOf(txpow)
  const { mmr, spent, created } = applied
  mmr.parent = parent?.mmr
  const block: ReplayBlock = {
    id,
    hex: toHex(id),
    header: txpow.header,
    superLevel,
    txpow,
    txBlock,
    weight: blockWeight(id, txpow.header),
    mmr,
    spent,
    created,
    children: [],
    parent,
    previous: parent,
  }
  parent?.children.push(block)
  return block
}

/** A block and the units it lists, as hex. */
export const carriedIds = ({ hex, txpow }: ReplayBlock): readonly string[] => [
  hex,
  ...(txpow.body?.txpowIds ?? []).map(toHex),
]
