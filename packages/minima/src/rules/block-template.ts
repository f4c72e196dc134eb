import { bigIntToBytes, bytesToBigInt, compareBytes } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import {
  bodyHash,
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  type Magic,
  nextMagic,
  type Transaction,
  type TxBlock,
  type TxBody,
  type TxPoW,
  type Witness,
} from '../objects/index.ts'
import type { BlockState } from './block-context.ts'
import { nextBlockDifficulty } from './block-difficulty.ts'
import { factsOf } from './facts.ts'
import { minimumBlockTime } from './median-block.ts'
import { BLOCK_TIME_WINDOW_MS, CHAIN_ID, type NetworkParameters } from './network-parameters.ts'
import { nextSuperParents } from './super-parents.ts'
import { applyTxBlock, createTxBlock } from './tx-block.ts'

export interface TransactionWithWitness {
  readonly transaction: Transaction
  readonly witness: Witness
}

export interface TemplateRequest {
  readonly tip: BlockState
  readonly parameters: NetworkParameters
  /** Clock, milliseconds since 1970. */
  readonly now: number
  /** 32 random bytes, so that no two miners work on the same header. */
  readonly prng: Uint8Array
  /** What the unit carries itself; nothing for a block that only includes others. */
  readonly own?: TransactionWithWitness
  /** A transaction that pays for `own`; its link hash must name it. */
  readonly burn?: TransactionWithWitness
  /** Units to include, each accepted by `checkTransactionInBlock` for this tip, in list order. */
  readonly listed?: readonly TxPoW[]
  /** Hashes per second of this machine: transactions ask for about one second of work. Default 1,000,000. */
  readonly hashRate?: bigint
  /** The block maker's vote. */
  readonly desired?: Partial<Pick<Magic, 'desiredMaxTxPoWSize' | 'desiredMaxKissVmOps' | 'desiredMaxTransactions'>>
  /** Hash of a Maxima message, else absent. */
  readonly customHash?: Uint8Array
}

export interface BlockTemplate {
  /** Complete but for the work: only the nonce may still change. */
  readonly txpow: TxPoW
  readonly txBlock: TxBlock
}

const HASH_RATE_DEFAULT = 1_000_000n
/** Put on top of the minimum time when the clock is behind it. */
const BEHIND_MS = MiniNumber.of(50_000)
const NONE = Uint8Array.of(0x00)
const MAX_VALUE = 2n ** 256n - 1n
const QUOTIENT_DIGITS = 16

/**
 * A complete unit on the tip of the chain, transaction and block candidate in one.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWGenerator.java (generateTxPoW), spec 05 section 5.
 *
 * @throws RulesError, MMRError, NumberError where a listed unit does not fit the tip
 */
export function createBlockTemplate(request: TemplateRequest): BlockTemplate {
  const { tip, parameters, listed = [] } = request
  const magic: Magic = { ...nextMagic(tip.header.magic), ...request.desired }
  const blockDifficulty = nextBlockDifficulty(tip, parameters)
  const body: TxBody = {
    prng: request.prng,
    transactionDifficulty: transactionDifficulty(request.hashRate ?? HASH_RATE_DEFAULT, blockDifficulty, magic),
    transaction: request.own?.transaction ?? EMPTY_TRANSACTION,
    witness: request.own?.witness ?? EMPTY_WITNESS,
    burnTransaction: request.burn?.transaction ?? EMPTY_TRANSACTION,
    burnWitness: request.burn?.witness ?? EMPTY_WITNESS,
    txpowIds: listed.map((unit) => factsOf(unit).id),
  }
  const header = {
    nonce: MiniNumber.ZERO,
    chainId: CHAIN_ID,
    time: templateTime(request),
    blockNumber: tip.header.blockNumber.increment(),
    blockDifficulty,
    superParents: nextSuperParents(tip),
    mmrRoot: NONE,
    mmrTotal: MiniNumber.ZERO,
    magic,
    customHash: request.customHash ?? NONE,
    bodyHash: bodyHash(body),
  }
  const draft = createTxBlock(tip.mmr, { header, body }, listed)
  const root = applyTxBlock(draft).mmr.root()!
  const txpow: TxPoW = { header: { ...header, mmrRoot: root.data, mmrTotal: root.value }, body }
  return { txpow, txBlock: { ...draft, txpow } }
}

/** The clock, moved into the window of the time rule. */
function templateTime({ tip, parameters, now }: TemplateRequest): MiniNumber {
  const clock = MiniNumber.of(now)
  const earliest = minimumBlockTime(tip, parameters)
  const latest = earliest.add(BLOCK_TIME_WINDOW_MS)
  if (clock.lessThan(earliest)) return earliest.add(BEHIND_MS)
  return clock.moreThan(latest) ? latest : clock
}

/**
 * Target of a transaction's work: about one second, never harder than a block, never easier than a tenth above the minimum work,
 * which leaves room for that to change. Shortest bytes.
 */
export function transactionDifficulty(hashRate: bigint, blockDifficulty: Uint8Array, magic: Magic): Uint8Array {
  const second = bigIntToBytes(MAX_VALUE / hashRate)
  const wanted = compareBytes(second, blockDifficulty) < 0 ? blockDifficulty : second
  const easiest = magic.currentMinTxPoWWork
  return compareBytes(wanted, easiest) > 0 ? bigIntToBytes(divideBy1Point1(bytesToBigInt(easiest))) : wanted
}

/** The whole part of value / 1.1, the quotient rounded to 16 digits half to even. */
function divideBy1Point1(value: bigint): bigint {
  const numerator = value * 10n
  const digits = (numerator / 11n).toString().length
  const unit = 10n ** BigInt(Math.max(0, digits - QUOTIENT_DIGITS))
  if (unit === 1n) return numerator / 11n
  const denominator = 11n * unit
  const quotient = numerator / denominator
  const twice = 2n * (numerator % denominator)
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n)
  return (up ? quotient + 1n : quotient) * unit
}
