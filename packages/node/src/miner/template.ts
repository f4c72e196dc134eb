import {
  applyTxBlock,
  BLOCK_TIME_WINDOW_MS,
  type BlockState,
  bigIntToBytes,
  bodyHash,
  bytesToBigInt,
  CHAIN_ID,
  createTxBlock,
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  fromHex,
  MiniNumber,
  minimumBlockTime,
  type NetworkParameters,
  nextBlockDifficulty,
  nextMagic,
  nextSuperParents,
  type Transaction,
  type TxBody,
  type TxHeader,
  type TxPoW,
  toHex,
  type Witness,
} from '@minipolis/minima'
import { chooseTransactions, type Mempool } from '../mempool/index.ts'
import { FIRST_NONCE } from './nonce.ts'

/** A transaction with what proves it. */
export interface SignedTransaction {
  readonly transaction: Transaction
  readonly witness: Witness
  /** A second transaction that pays for this one and names its id. */
  readonly burn?: Omit<SignedTransaction, 'burn'>
}

export interface TemplateOptions {
  readonly parameters: NetworkParameters
  readonly tip: BlockState
  readonly pool: Mempool
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** 32 fresh bytes, so that no two miners search the same header. */
  readonly prng: Uint8Array
  /** Hashes per second that a transaction should cost: about one second of work. */
  readonly hashRate: number
  /** What the block carries itself; empty for a block without a transaction of its own. */
  readonly own?: SignedTransaction
}

const MAX_WORK = 2n ** 256n - 1n
/** Added to the earliest allowed time when the clock is behind it. Milliseconds. */
const BEHIND_MS = MiniNumber.of(50_000)
const EMPTY_HASH = Uint8Array.of(0x00)

/**
 * A block candidate on the tip, complete but for its nonce. Every TxPoW is one, whether it is meant as a block or as a
 * transaction. Source: spec 05 section 5
 */
export function createTemplate({ parameters, tip, pool, nowMs, prng, hashRate, own }: TemplateOptions): TxPoW {
  const magic = nextMagic(tip.header.magic)
  const blockDifficulty = nextBlockDifficulty(tip, parameters)
  const body: TxBody = {
    prng,
    transactionDifficulty: transactionDifficulty(hashRate, blockDifficulty, magic.currentMinTxPoWWork),
    transaction: own?.transaction ?? EMPTY_TRANSACTION,
    witness: own?.witness ?? EMPTY_WITNESS,
    burnTransaction: own?.burn?.transaction ?? EMPTY_TRANSACTION,
    burnWitness: own?.burn?.witness ?? EMPTY_WITNESS,
    txpowIds: [],
  }
  const header: TxHeader = {
    nonce: FIRST_NONCE,
    chainId: CHAIN_ID,
    time: blockTime(tip, parameters, nowMs),
    blockNumber: tip.header.blockNumber.increment(),
    blockDifficulty,
    superParents: nextSuperParents(tip),
    mmrRoot: EMPTY_HASH,
    mmrTotal: MiniNumber.ZERO,
    magic,
    customHash: EMPTY_HASH,
    bodyHash: EMPTY_HASH,
  }
  const chosen = chooseTransactions(pool, { tip, header, own: { body }, round: toHex(tip.id) })
  return complete(
    tip,
    header,
    { ...body, txpowIds: chosen.map(({ id }) => fromHex(id)) },
    chosen.map(({ txpow }) => txpow),
  )
}

/** Sets what follows from body and coins: body hash, root and total. */
function complete(tip: BlockState, header: TxHeader, body: TxBody, listed: readonly TxPoW[]): TxPoW {
  const { mmr } = applyTxBlock(createTxBlock(tip.mmr, { header, body }, listed))
  const root = mmr.root()
  if (root === undefined) throw new RangeError('a coin tree is never empty')
  return { header: { ...header, mmrRoot: root.data, mmrTotal: root.value, bodyHash: bodyHash(body) }, body }
}

/** The clock, moved into what the chain allows. */
function blockTime(tip: BlockState, parameters: NetworkParameters, nowMs: number): MiniNumber {
  const now = MiniNumber.of(nowMs)
  const earliest = minimumBlockTime(tip, parameters)
  if (now.lessThan(earliest)) return earliest.add(BEHIND_MS)
  const latest = earliest.add(BLOCK_TIME_WINDOW_MS)
  return now.moreThan(latest) ? latest : now
}

/** About one second of this machine's work; never harder than a block, never easier than the chain allows. */
function transactionDifficulty(hashRate: number, blockDifficulty: Uint8Array, minWork: Uint8Array): Uint8Array {
  const second = MAX_WORK / BigInt(Math.max(1, Math.floor(hashRate)))
  const block = bytesToBigInt(blockDifficulty)
  const least = bytesToBigInt(minWork)
  const difficulty = second < block ? block : second
  // A tenth below the limit, which may have moved by the time the transaction is in a block.
  return bigIntToBytes(difficulty > least ? (least * 10n) / 11n : difficulty)
}
