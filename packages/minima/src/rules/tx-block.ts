import { toHex } from '../codec/index.ts'
import { entryIndex, MMR, MMRError } from '../mmr/index.ts'
import { MiniNumber } from '../number/index.ts'
import {
  type Coin,
  type CoinProof,
  coinLeaf,
  isEmptyTransaction,
  spentCoinLeaf,
  type Transaction,
  type TxBlock,
  type TxPoW,
  transactionId,
  type Witness,
} from '../objects/index.ts'
import { factsOf } from './facts.ts'
import { newCoins } from './new-coins.ts'
import { RulesError } from './rules-error.ts'

/*
 * A TxBlock moves the coin MMR by one block without the transactions. Source: minima-global/Minima:
 * src/org/minima/objects/TxBlock.java, src/org/minima/database/txpowtree/TxPoWTreeNode.java, spec 05 section 13.
 */

/** What a block did to the coins. */
export interface AppliedTxBlock {
  /** The coin tree after the block, finalised. It knows no ancestors: give it its parent when the block finds its place. */
  readonly mmr: MMR
  /** Spent ones in order, marked as spent. */
  readonly spent: readonly Coin[]
  /** Created ones in order, with entry number and block. */
  readonly created: readonly Coin[]
}

/**
 * Builds the TxBlock of a block on its parent's coin tree: own transaction, own burn, then the listed ones in list order, each
 * transaction before its burn.
 *
 * @param listed the listed units in any order; those not listed are ignored
 * @throws RulesError `missing-transaction`, `no-body`, `token-mismatch`; MMRError and NumberError where a coin proof does not fit the tree
 */
export function createTxBlock(parentMmr: MMR, block: TxPoW, listed: readonly TxPoW[]): TxBlock {
  const working = parentMmr.child()
  const spentCoins: CoinProof[] = []
  const created: Coin[] = []
  for (const { transaction, witness } of [block, ...listedUnits(block, listed)].flatMap(witnessedTransactions)) {
    for (const { coin, proof } of witness.coinProofs) {
      // Writing the coin as it is brings the newest siblings into the working tree; the path read back is the parent's.
      const entry = entryOf(coin)
      working.update(entry, proof, coinLeaf(coin))
      spentCoins.push({ coin, proof: working.proofToPeak(entry) })
    }
    const base = coinIdBase(working.blockTime, transaction, witness)
    if (base !== undefined) for (const coin of newCoins(transaction, base, block.header.blockNumber)) created.push(coin)
  }
  return { txpow: block, previousPeaks: parentMmr.peaks(), spentCoins, newCoins: created }
}

/** Block 1 has no coin of its own chain to derive ids from. Without proofs a transaction makes no coins. */
function coinIdBase(blockTime: MiniNumber, transaction: Transaction, { coinProofs }: Witness): Uint8Array | undefined {
  const first = coinProofs[0]
  if (first === undefined) return undefined
  return blockTime.equals(MiniNumber.ONE) ? transactionId(transaction) : first.coin.coinId
}

interface WitnessedTransaction {
  readonly transaction: Transaction
  readonly witness: Witness
}

/** The transactions of a unit, main before burn, without empty ones. @throws RulesError `no-body` */
export function witnessedTransactions({ body }: TxPoW): WitnessedTransaction[] {
  if (body === null) throw new RulesError('no-body', 'a unit without a body has no transactions')
  return [
    { transaction: body.transaction, witness: body.witness },
    { transaction: body.burnTransaction, witness: body.burnWitness },
  ].filter(({ transaction }) => !isEmptyTransaction(transaction))
}

/**
 * The units a block lists, in list order and as often as it lists them.
 *
 * @param units any that may be listed, in any order
 * @throws RulesError `no-body`, `missing-transaction`
 */
export function listedUnits({ body }: TxPoW, units: readonly TxPoW[]): TxPoW[] {
  if (body === null) throw new RulesError('no-body', 'a bare header lists no transactions')
  const byId = new Map(units.map((unit) => [toHex(factsOf(unit).id), unit]))
  return body.txpowIds.map((id) => {
    const unit = byId.get(toHex(id))
    if (unit === undefined)
      throw new RulesError('missing-transaction', `the listed transaction ${toHex(id)} is not at hand`)
    return unit
  })
}

/**
 * Applies a TxBlock to the peaks it brings along: spends first, then new coins. Nothing is compared with the header.
 *
 * @throws MMRError, NumberError where peaks, proofs or amounts make no tree
 */
export function applyTxBlock(txBlock: TxBlock): AppliedTxBlock {
  const mmr = MMR.fromPeaks(txBlock.txpow.header.blockNumber, txBlock.previousPeaks)
  const { spent, created } = spendAndCreate(mmr, txBlock)
  mmr.finalise()
  return { mmr, spent, created }
}

/**
 * Marks the spent coins of a TxBlock in a tree that has its previous peaks, and appends the new ones.
 *
 * @throws as `applyTxBlock`
 */
export function spendAndCreate(
  mmr: MMR,
  { txpow, spentCoins, newCoins: outputs }: TxBlock,
): Omit<AppliedTxBlock, 'mmr'> {
  const spent = spentCoins.map(({ coin, proof }): Coin => {
    mmr.update(entryOf(coin), proof, spentCoinLeaf(coin))
    return { ...coin, spent: 1 }
  })
  const first = mmr.entryNumber
  const { blockNumber } = txpow.header
  const created = outputs.map(
    (output, i): Coin => ({ ...output, mmrEntry: BigInt(first + i), created: blockNumber, spent: 0 }),
  )
  mmr.appendAll(created.map(coinLeaf))
  return { spent, created }
}

function entryOf({ coinId, mmrEntry }: Coin): number {
  const entry = entryIndex(mmrEntry)
  if (entry === undefined) throw new MMRError('position', `coin ${toHex(coinId)} has no entry number of a tree`)
  return entry
}
