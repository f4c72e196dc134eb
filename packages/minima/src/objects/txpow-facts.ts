import { bytesToBigInt, compareBytes } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { CASCADE_LEVELS } from './super-parents.ts'
import { isEmptyTransaction, transactionBurn, transactionId } from './transaction.ts'
import type { TxHeader } from './tx-header.ts'
import { type TxPoW, txpowId, txpowSize } from './txpow.ts'
import { difficultyWeight, type Weight, ZERO_WEIGHT } from './weight.ts'

/** What follows from a TxPoW and costs hashing or writing it: compute once and keep beside the unit. */
export interface TxPoWFacts {
  /** 32 bytes. */
  readonly id: Uint8Array
  /** The id is below the block difficulty. */
  readonly isBlock: boolean
  /** -1 to 31. */
  readonly superLevel: number
  /** Bytes of the written form. */
  readonly size: number
  /** `size` less 32 bytes for each listed id. */
  readonly sizeForLimits: number
  /** Null without a body. */
  readonly transactionId: Uint8Array | null
  readonly burnTransactionId: Uint8Array | null
}

/** Both as unsigned integers. */
export const isBlockId = (id: Uint8Array, header: TxHeader): boolean => compareBytes(id, header.blockDifficulty) < 0

/**
 * How far the work exceeds what was asked: bit length of floor(difficulty / id) less 1, at most 31; -1 when the difficulty is
 * below the id. Source: minima-global/Minima: src/org/minima/objects/TxPoW.java (getSuperLevel)
 */
export function superLevel(id: Uint8Array, blockDifficulty: Uint8Array): number {
  if (compareBytes(blockDifficulty, id) < 0) return -1
  const work = bytesToBigInt(id)
  if (work === 0n) return CASCADE_LEVELS - 1
  const ratio = bytesToBigInt(blockDifficulty) / work
  return Math.min(ratio.toString(2).length - 1, CASCADE_LEVELS - 1)
}

/** Weight of the unit as a block; 0 when it is none. */
export const blockWeight = (id: Uint8Array, header: TxHeader): Weight =>
  isBlockId(id, header) ? difficultyWeight(header.blockDifficulty) : ZERO_WEIGHT

/** Whether the unit carries a transaction or a burn transaction, whatever work was done. */
export const isTransaction = ({ body }: TxPoW): boolean =>
  body !== null && !(isEmptyTransaction(body.transaction) && isEmptyTransaction(body.burnTransaction))

/** The previous block: super parent 0. */
export const parentId = (header: TxHeader): Uint8Array => header.superParents[0]!

/** What both transactions burn, in raw Minima amounts. @throws NumberError `number-range` */
export const txpowBurn = ({ body }: TxPoW): MiniNumber =>
  body === null ? MiniNumber.ZERO : transactionBurn(body.transaction).add(transactionBurn(body.burnTransaction))

/** The rule for limits counts a listed id with 32 bytes, whatever it takes. */
const LISTED_ID_BYTES = 32

export function txpowFacts(txpow: TxPoW): TxPoWFacts {
  const id = txpowId(txpow)
  const size = txpowSize(txpow)
  return {
    id,
    isBlock: isBlockId(id, txpow.header),
    superLevel: superLevel(id, txpow.header.blockDifficulty),
    size,
    sizeForLimits: size - LISTED_ID_BYTES * (txpow.body?.txpowIds.length ?? 0),
    transactionId: txpow.body && transactionId(txpow.body.transaction),
    burnTransactionId: txpow.body && transactionId(txpow.body.burnTransaction),
  }
}
