import {
  type BlockState,
  bytesToBigInt,
  type CheckResult,
  checkBasic,
  checkCoinProofs,
  checkRelayedBlock,
  checkRelayedSize,
  checkRelayPolicy,
  checkScripts,
  checkSignatures,
  checkStateStore,
  compareBytes,
  factsOf,
  isTransaction,
  MIN_TXPOW_WORK_VALUE,
  type TxPoW,
} from '@minipolis/minima'
import { MEMPOOL_ENTRIES_MAX, type Mempool, provedCoins } from '../mempool/index.ts'

/** Did it work: a block of a difficulty that blocks may have, or a transaction of one that the chain asks for. */
export function hasWork(txpow: TxPoW, tip: BlockState): boolean {
  const { id, isBlock } = factsOf(txpow)
  if (isBlock) return bytesToBigInt(txpow.header.blockDifficulty) <= MIN_TXPOW_WORK_VALUE
  const declared = txpow.body?.transactionDifficulty
  if (declared === undefined || !isTransaction(txpow)) return false
  return compareBytes(id, declared) < 0 && compareBytes(declared, tip.header.magic.currentMinTxPoWWork) <= 0
}

/**
 * What no honest node passes on: the cheap tests first, signatures after them. Source: spec 05 section 9.2, steps 3 to 6
 *
 * @param signatures what verifying them came to, when that was done before
 */
export function checkHonest(txpow: TxPoW, tip: BlockState, signatures: CheckResult | undefined): CheckResult {
  const checks = [
    () => checkBasic(txpow),
    () => checkStateStore(txpow, tip.header.magic.currentMaxTxPoWSize.asLong()),
    () => signatures ?? checkSignatures(txpow),
  ]
  return firstFault(checks)
}

/** What is kept and not passed on when it fails. Scripts come last: they cost most. Source: steps 7 to 15 */
export function checkRelay(txpow: TxPoW, tip: BlockState, pool: Mempool, nowMs: number): CheckResult {
  return firstFault([
    () => (factsOf(txpow).isBlock ? checkRelayedBlock(txpow.header, tip.header, nowMs) : PASSED),
    () => checkRelayPolicy(txpow),
    () => checkRelayedSize(txpow, tip.header),
    () => checkUnspentInPool(txpow, pool),
    () => checkCoinProofs(txpow, tip.mmr),
    () => checkScripts(txpow, tip.header),
  ])
}

/**
 * A script that fails whatever block it is judged in: the unit is not even kept. Source: step 10. Scripts of coins that are not
 * on our branch are not run: anybody could make up any number of them.
 */
export function failsForEver(txpow: TxPoW, tip: BlockState): boolean {
  if (!isTransaction(txpow) || !checkCoinProofs(txpow, tip.mmr).ok) return false
  const scripts = checkScripts(txpow, tip.header)
  return !scripts.ok && scripts.monotonic
}

/** One mempool entry per coin is passed on; a full pool passes on nothing. */
function checkUnspentInPool(txpow: TxPoW, pool: Mempool): CheckResult {
  if (!isTransaction(txpow)) return PASSED
  if (pool.size >= MEMPOOL_ENTRIES_MAX) return { ok: false, code: 'coin-used-twice', detail: 'the mempool is full' }
  const taken = provedCoins(txpow).find((coin) => pool.spends(coin))
  return taken === undefined
    ? PASSED
    : { ok: false, code: 'coin-used-twice', detail: `coin ${taken} is spent by another transaction that waits` }
}

const PASSED: CheckResult = { ok: true }

function firstFault(checks: readonly (() => CheckResult)[]): CheckResult {
  for (const check of checks) {
    const result = check()
    if (!result.ok) return result
  }
  return PASSED
}
