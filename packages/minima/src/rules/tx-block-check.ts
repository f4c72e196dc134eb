import { type MMREntry, mmrDataEqual } from '../mmr/index.ts'
import type { TxBlock } from '../objects/index.ts'
import { type ChainContext, checkHeader, checkMmrRoot } from './block-check.ts'
import type { BlockState } from './block-context.ts'
import { ACCEPTED, type CheckResult, checkAll, judge, type Rejection, reject } from './check-result.ts'
import { factsOf } from './facts.ts'
import { type AppliedTxBlock, applyTxBlock } from './tx-block.ts'

export interface AcceptedTxBlock {
  readonly ok: true
  readonly applied: AppliedTxBlock
}

/** How much of a synchronised block is checked. */
export interface TxBlockCheckOptions {
  /**
   * Whether the tree reaches far enough below the parent for the time, difficulty and super parent rules. Close to the root it
   * does not, and those rules would refuse good blocks. Default true.
   */
  readonly headerRules?: boolean
}

/**
 * Whether a block from another node's chain download belongs on its parent: work, header rules, peaks, resulting coin tree. The
 * reference takes such blocks unseen; no honest peer sends one that fails here. Spec 05 section 16.4.
 */
export function checkTxBlock(
  txBlock: TxBlock,
  parent: BlockState,
  context: ChainContext,
  { headerRules = true }: TxBlockCheckOptions = {},
): AcceptedTxBlock | Rejection {
  let applied: AppliedTxBlock | undefined
  const result = judge(() => {
    const { txpow, previousPeaks } = txBlock
    return checkAll(
      () => (factsOf(txpow).isBlock ? ACCEPTED : reject('not-a-block', 'the id is not below the block difficulty')),
      () => (headerRules ? checkHeader(txpow.header, parent, context) : ACCEPTED),
      () => checkPreviousPeaks(previousPeaks, parent.mmr.peaks()),
      () => {
        applied = applyTxBlock(txBlock)
        return checkMmrRoot(txpow.header, applied)
      },
    )
  })
  return result.ok ? { ok: true, applied: applied! } : result
}

function checkPreviousPeaks(given: readonly MMREntry[], expected: readonly MMREntry[]): CheckResult {
  const same = given.length === expected.length && given.every((peak, i) => isSameEntry(peak, expected[i]!))
  return same ? ACCEPTED : reject('previous-peaks', "the block does not start from its parent's peaks")
}

const isSameEntry = (a: MMREntry, b: MMREntry): boolean =>
  a.row === b.row && a.entry === b.entry && mmrDataEqual(a.data, b.data)
