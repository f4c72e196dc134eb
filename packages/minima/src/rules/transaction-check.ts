import { compareBytes } from '../codec/index.ts'
import type { MMR } from '../mmr/index.ts'
import type { TxHeader, TxPoW } from '../objects/index.ts'
import { ACCEPTED, type CheckResult, checkAll, judge, reject } from './check-result.ts'
import { checkCoinProofs } from './coin-proof-check.ts'
import { checkTxPoWSize } from './relay-policy.ts'
import { checkScripts } from './script-check.ts'
import { checkStateStore } from './state-store.ts'

/**
 * Whether a block with this header may include the transactions of a unit. What is checked on receipt, basics and signatures, is
 * not checked again; that the work was done is never checked.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkTxPoWSimple), spec 05 section 10.5.
 *
 * @param parentMmr the coins as they are before the block
 */
export const checkTransactionInBlock = (txpow: TxPoW, block: TxHeader, parentMmr: MMR): CheckResult =>
  judge(() => {
    const bytesMax = block.magic.currentMaxTxPoWSize.asLong()
    return checkAll(
      () => checkDeclaredWork(txpow, block),
      () => checkTxPoWSize(txpow, bytesMax),
      () => checkStateStore(txpow, bytesMax),
      () => checkCoinProofs(txpow, parentMmr),
      () => checkScripts(txpow, block),
    )
  })

function checkDeclaredWork({ body }: TxPoW, { magic }: TxHeader): CheckResult {
  if (body === null) return reject('no-body', 'a bare header carries no transaction')
  return compareBytes(body.transactionDifficulty, magic.currentMinTxPoWWork) > 0
    ? reject('transaction-work', 'the declared transaction difficulty is easier than the minimum work')
    : ACCEPTED
}
