import {
  type BlockState,
  type CheckResult,
  checkBasic,
  checkCoinProofs,
  checkRelayPolicy,
  checkScripts,
  checkSignatures,
  checkStateStore,
  type TxPoW,
} from '@minipolis/minima'
import type { Computed } from '../check-case.ts'
import type { Json, Recorded } from '../recorded.ts'
import { provedCoinIds } from './proved-coins.ts'

/** A verdict as recorded: where the reference throws, it keeps the unit out like with a refusal. */
export const verdict = ({ ok }: CheckResult, recorded: Json | undefined): Json =>
  !ok && recorded === 'exception' ? 'exception' : ok

/** What every checker says of a unit that arrives when `tip` is the tip. */
export function tipVerdicts(
  recorded: Recorded,
  txpow: TxPoW,
  tip: BlockState,
  isSpentInMemory: (coinId: string) => boolean,
): Computed {
  const scripts = checkScripts(txpow, tip.header)
  const stateMax = tip.header.magic.currentMaxTxPoWSize.asLong()
  const failed = recorded.get('scriptsattip') === 'exception'
  return {
    basic: verdict(checkBasic(txpow), recorded.get('basic')),
    signatures: verdict(checkSignatures(txpow), recorded.get('signatures')),
    statestore: verdict(checkStateStore(txpow, stateMax), recorded.get('statestore')),
    relaypolicy: verdict(checkRelayPolicy(txpow), recorded.get('relaypolicy')),
    scriptsattip: verdict(scripts, recorded.get('scriptsattip')),
    // What a run that failed outright says of later blocks means nothing.
    monotonic: failed ? recorded.get('monotonic') : scripts.monotonic,
    mmrattip: verdict(checkCoinProofs(txpow, tip.mmr), recorded.get('mmrattip')),
    mempoolcoins: provedCoinIds(txpow).some(isSpentInMemory),
  }
}
