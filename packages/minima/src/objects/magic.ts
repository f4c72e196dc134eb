import type { Codec } from '../codec/index.ts'
import { bigIntToBytes, bytesEqual, bytesToBigInt, data, miniNumber, struct } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'

/**
 * Capacity of the chain: the current values are fixed by consensus, the desired ones are the vote of the block's maker.
 * Source: minima-global/Minima: src/org/minima/objects/Magic.java
 */
export interface Magic {
  readonly currentMaxTxPoWSize: MiniNumber
  readonly currentMaxKissVmOps: MiniNumber
  readonly currentMaxTransactions: MiniNumber
  readonly currentMinTxPoWWork: Uint8Array
  readonly desiredMaxTxPoWSize: MiniNumber
  readonly desiredMaxKissVmOps: MiniNumber
  readonly desiredMaxTransactions: MiniNumber
  readonly desiredMinTxPoWWork: Uint8Array
}

export const Magic: Codec<Magic> = struct<Magic>({
  currentMaxTxPoWSize: miniNumber,
  currentMaxKissVmOps: miniNumber,
  currentMaxTransactions: miniNumber,
  currentMinTxPoWWork: data,
  desiredMaxTxPoWSize: miniNumber,
  desiredMaxKissVmOps: miniNumber,
  desiredMaxTransactions: miniNumber,
  desiredMinTxPoWWork: data,
})

const MAX_TXPOW_SIZE = MiniNumber.of(65536)
const MAX_KISSVM_OPS = MiniNumber.of(1024)
const MAX_TRANSACTIONS = MiniNumber.of(256)

/** The easiest work a TxPoW may have, as a number an id must stay below: floor((2^256 - 1) / 10000). */
export const MIN_TXPOW_WORK_VALUE = (2n ** 256n - 1n) / 10000n
/** The same as shortest bytes: 31 of them. */
export const MIN_TXPOW_WORK = bigIntToBytes(MIN_TXPOW_WORK_VALUE)

/** The values of the first block; its desired ones are the vote of everybody who has no opinion. */
export const DEFAULT_MAGIC: Magic = {
  currentMaxTxPoWSize: MAX_TXPOW_SIZE,
  currentMaxKissVmOps: MAX_KISSVM_OPS,
  currentMaxTransactions: MAX_TRANSACTIONS,
  currentMinTxPoWWork: MIN_TXPOW_WORK,
  desiredMaxTxPoWSize: MAX_TXPOW_SIZE,
  desiredMaxKissVmOps: MAX_KISSVM_OPS,
  desiredMaxTransactions: MAX_TRANSACTIONS,
  desiredMinTxPoWWork: MIN_TXPOW_WORK,
}

/** One block moves the current value by a 16384th of the distance to the desired one. */
const OLD_SHARE = 16383n
const WHOLE = 16384n
const OLD_SHARE_NUMBER = MiniNumber.of(OLD_SHARE)
const WHOLE_NUMBER = MiniNumber.of(WHOLE)

const nextNumber = (current: MiniNumber, desired: MiniNumber, least: MiniNumber): MiniNumber => {
  const half = current.div(MiniNumber.TWO)
  const double = current.mult(MiniNumber.TWO)
  const voted = desired.lessThan(half) ? half : desired.moreThan(double) ? double : desired
  const bounded = voted.lessThan(least) ? least : voted
  return current.mult(OLD_SHARE_NUMBER).add(bounded).div(WHOLE_NUMBER)
}

const nextWork = (current: bigint, desired: bigint): Uint8Array => {
  const half = current / 2n
  const double = current * 2n
  const voted = desired < half ? half : desired > double ? double : desired
  const bounded = voted > MIN_TXPOW_WORK_VALUE ? MIN_TXPOW_WORK_VALUE : voted
  return bigIntToBytes((current * OLD_SHARE + bounded) / WHOLE)
}

/**
 * The current values that a child of a block with this magic must have; the desired ones are the defaults.
 * @throws NumberError `number-range` when a value of a hostile header leaves the range of numbers
 */
export function nextMagic(parent: Magic): Magic {
  return {
    ...DEFAULT_MAGIC,
    currentMaxTxPoWSize: nextNumber(parent.currentMaxTxPoWSize, parent.desiredMaxTxPoWSize, MAX_TXPOW_SIZE),
    currentMaxKissVmOps: nextNumber(parent.currentMaxKissVmOps, parent.desiredMaxKissVmOps, MAX_KISSVM_OPS),
    currentMaxTransactions: nextNumber(parent.currentMaxTransactions, parent.desiredMaxTransactions, MAX_TRANSACTIONS),
    currentMinTxPoWWork: nextWork(bytesToBigInt(parent.currentMinTxPoWWork), bytesToBigInt(parent.desiredMinTxPoWWork)),
  }
}

/** Whether two magics agree in what consensus fixes: numbers by value, work byte by byte. */
export const isSameMagic = (a: Magic, b: Magic): boolean =>
  a.currentMaxTxPoWSize.equals(b.currentMaxTxPoWSize) &&
  a.currentMaxKissVmOps.equals(b.currentMaxKissVmOps) &&
  a.currentMaxTransactions.equals(b.currentMaxTransactions) &&
  bytesEqual(a.currentMinTxPoWWork, b.currentMinTxPoWWork)
