import type { MMR } from '../mmr/index.ts'
import { superLevel, type TxHeader, type TxPoW, txpowId } from '../objects/index.ts'

/**
 * A block in its place: what the rules ask of the blocks before a new one. A node's tree implements it; the way back ends at
 * the root of the tree, without error, and what lies below is the cascade.
 */
export interface BlockContext {
  /** 32 bytes. */
  readonly id: Uint8Array
  readonly header: TxHeader
  /** -1 to 31. */
  readonly superLevel: number
  /** Undefined at the root of the tree. */
  readonly parent: BlockContext | undefined
}

/** A block with the coins as they are after it. */
export interface BlockState extends BlockContext {
  /** Finalised; its parent is the tree of the parent block, as far as the root. */
  readonly mmr: MMR
}

/** A block below the root of the tree. */
export interface CascadeContext {
  readonly id: Uint8Array
  readonly superLevel: number
}

/** The context of a unit, given the one of its parent. */
export function createBlockContext(txpow: TxPoW, parent: BlockContext | undefined): BlockContext {
  const id = txpowId(txpow)
  return { id, header: txpow.header, superLevel: superLevel(id, txpow.header.blockDifficulty), parent }
}

/** `blocks` steps back, or the root of the tree where it comes first. */
export function ancestor(block: BlockContext, blocks: number): BlockContext {
  let current = block
  for (let i = 0; i < blocks && current.parent !== undefined; i++) current = current.parent
  return current
}
