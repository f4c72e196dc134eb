import { bytesEqual, toHex } from '../codec/index.ts'
import { isSameMagic, isTransaction, nextMagic, type TxBlock, type TxHeader, type TxPoW } from '../objects/index.ts'
import { checkChainId, checkDistinctCoins } from './basic-check.ts'
import type { BlockContext, BlockState, CascadeContext } from './block-context.ts'
import { nextBlockDifficulty } from './block-difficulty.ts'
import { ACCEPTED, type CheckResult, checkAll, checkEach, judge, type Rejection, reject } from './check-result.ts'
import { checkBlockTime } from './median-block.ts'
import type { NetworkParameters } from './network-parameters.ts'
import { checkSuperParents } from './super-parents.ts'
import { checkTransactionInBlock } from './transaction-check.ts'
import { type AppliedTxBlock, applyTxBlock, createTxBlock, listedUnits } from './tx-block.ts'

/** What a block is judged by. */
export interface ChainContext {
  readonly parameters: NetworkParameters
  /** The blocks below the root of the tree, newest first. */
  readonly cascade: Iterable<CascadeContext>
}

/** A block that passed, with what it does to the coins. */
export interface AcceptedBlock {
  readonly ok: true
  readonly txBlock: TxBlock
  readonly applied: AppliedTxBlock
}

/**
 * Whether a block is valid on its parent: header rules, transactions on the parent's coins, resulting coin tree. Work, basics and
 * signatures are checked on receipt and not here; the body hash nowhere.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkTxPoWBlock), spec 05 section 9.3.
 *
 * @param listed the units that the block lists, in any order
 */
export function checkBlock(
  block: TxPoW,
  listed: readonly TxPoW[],
  parent: BlockState,
  context: ChainContext,
): AcceptedBlock | Rejection {
  let accepted: AcceptedBlock | undefined
  const result = judge(() => {
    const { header } = block
    return checkAll(
      () => checkHeader(header, parent, context),
      () => checkTransactionCount(block),
      () => {
        const included = listedUnits(block, listed)
        const judged = isTransaction(block) ? [block, ...included] : included
        return checkAll(
          () => checkDistinctCoins(judged.filter(isTransaction)),
          () => checkEach(judged, (unit) => checkTransactionInBlock(unit, header, parent.mmr)),
        )
      },
      () => {
        const txBlock = createTxBlock(parent.mmr, block, listed)
        const applied = applyTxBlock(txBlock)
        accepted = { ok: true, txBlock, applied }
        return checkMmrRoot(header, applied)
      },
    )
  })
  return result.ok ? accepted! : result
}

/** The rules of a header on its parent: chain, number, super parents, time, difficulty, magic. */
export const checkHeader = (
  header: TxHeader,
  parent: BlockContext,
  { parameters, cascade }: ChainContext,
): CheckResult =>
  judge(() =>
    checkAll(
      () => checkChainId(header.chainId),
      () => checkNumber(header, parent),
      () => checkSuperParents(parent, cascade, header),
      () => checkBlockTime(parent, header, parameters),
      () => checkDifficulty(header, parent, parameters),
      () => checkMagic(header, parent),
    ),
  )

function checkNumber({ blockNumber }: TxHeader, parent: BlockContext): CheckResult {
  const expected = parent.header.blockNumber.increment()
  return blockNumber.equals(expected)
    ? ACCEPTED
    : reject('block-number', `block number ${blockNumber}, expected ${expected}`)
}

/** Byte by byte: a padded difficulty of the same value is refused. */
function checkDifficulty(
  { blockDifficulty }: TxHeader,
  parent: BlockContext,
  parameters: NetworkParameters,
): CheckResult {
  const expected = nextBlockDifficulty(parent, parameters)
  return bytesEqual(blockDifficulty, expected)
    ? ACCEPTED
    : reject('block-difficulty', `difficulty ${toHex(blockDifficulty)}, expected ${toHex(expected)}`)
}

const checkMagic = ({ magic }: TxHeader, parent: BlockContext): CheckResult =>
  isSameMagic(magic, nextMagic(parent.header.magic))
    ? ACCEPTED
    : reject('magic', "the current magic values do not follow from the parent's")

function checkTransactionCount({ header, body }: TxPoW): CheckResult {
  const count = body?.txpowIds.length ?? 0
  const most = header.magic.currentMaxTransactions.asInt()
  return count > most ? reject('too-many-transactions', `${count} transactions listed, at most ${most}`) : ACCEPTED
}

/** Root byte by byte, total by value. */
export function checkMmrRoot({ mmrRoot, mmrTotal }: TxHeader, { mmr }: AppliedTxBlock): CheckResult {
  const root = mmr.root()
  if (root === undefined) return reject('mmr-root', 'the coin tree is empty')
  if (!bytesEqual(root.data, mmrRoot))
    return reject('mmr-root', `MMR root ${toHex(mmrRoot)}, expected ${toHex(root.data)}`)
  return root.value.equals(mmrTotal) ? ACCEPTED : reject('mmr-root', `MMR total ${mmrTotal}, expected ${root.value}`)
}
