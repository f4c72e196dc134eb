import {
  type AppliedTxBlock,
  applyTxBlock,
  type BlockState,
  blockWeight,
  type Coin,
  decode,
  encode,
  factsOf,
  isTransaction,
  type MMR,
  superLevel,
  TxBlock,
  toHex,
  type Weight,
} from '@minipolis/minima'

/** A block in the tree: its header, its coin MMR, and what it did to the coins. The body stays in the store. */
export interface BlockNode extends BlockState {
  /** The id as upper-case hex with `0x`. */
  readonly hex: string
  readonly number: number
  /** Undefined for the root of the tree. */
  parent: BlockNode | undefined
  /** In order of arrival: the first of equal weight wins. */
  readonly children: BlockNode[]
  /** Coins this block spent, as they are afterwards: spent flag set. */
  readonly spent: readonly Coin[]
  /** Coins this block made, with entry number and block number. */
  readonly created: readonly Coin[]
  /** Ids of the TxPoWs whose transactions the block includes, hex; its own first when it carries one. */
  readonly transactions: readonly string[]
  readonly weight: Weight
  /** Weight of this block and of all blocks above it, on every branch. Kept by the tree. */
  totalWeight: Weight
}

/** A TxBlock without the body of its unit, in memory of its own, with what it does to the coins. */
export interface BareBlock {
  readonly bare: TxBlock
  readonly applied: AppliedTxBlock
}

export interface BlockNodeParts {
  /** Takes the place of the computed one: the root of a stored tree, which knows more than its own block. */
  readonly mmr?: MMR
  /** When the block was applied before, to be checked. */
  readonly checked?: BareBlock
}

/**
 * Applies a TxBlock on its parent. Root and total are not compared with the header.
 *
 * @throws MMRError, NumberError where the parts make no tree
 */
export function createBlockNode(
  txblock: TxBlock,
  parent: BlockNode | undefined,
  { mmr, checked }: BlockNodeParts = {},
): BlockNode {
  const { header } = txblock.txpow
  const id = factsOf(txblock.txpow).id
  const bare = checked?.bare ?? withoutBody(txblock)
  const applied = checked?.applied ?? applyTxBlock(bare)
  const coins = mmr ?? applied.mmr
  coins.parent = parent?.mmr
  const weight = blockWeight(id, header)
  return {
    id,
    hex: toHex(id),
    header: bare.txpow.header,
    number: Number(header.blockNumber.toBigInt()),
    superLevel: superLevel(id, header.blockDifficulty),
    parent,
    children: [],
    mmr: coins,
    spent: applied.spent,
    created: applied.created,
    transactions: transactionsOf(txblock, id),
    weight,
    totalWeight: weight,
  }
}

/** Ids of the TxPoWs whose transactions a block includes, hex: its own when it carries one, then the listed ones. */
export function transactionsOf({ txpow }: TxBlock, id: Uint8Array): string[] {
  const listed = txpow.body?.txpowIds.map(toHex) ?? []
  return isTransaction(txpow) ? [toHex(id), ...listed] : listed
}

/** Decoded objects are views of the bytes they were read from; this keeps a node from holding the whole received message. */
export function withoutBody(txblock: TxBlock): TxBlock {
  return decode(TxBlock, encode(TxBlock, { ...txblock, txpow: { header: txblock.txpow.header, body: null } }))
}
