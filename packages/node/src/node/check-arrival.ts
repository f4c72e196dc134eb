import {
  ACCEPTED,
  type BlockState,
  type CheckResult,
  checkBasic,
  checkChainId,
  checkScripts,
  checkSignatures,
  checkStateStore,
  type TxPoW,
} from '@minipolis/minima'

/**
 * What a unit must pass to be stored at all, on the tip of the moment: chain, basics, signatures, state, and scripts that can
 * never succeed. Being passed on to others asks for more. Source: spec 05 section 9.2, steps 3 to 6 and 10
 */
export function checkArrival(txpow: TxPoW, tip: BlockState): CheckResult {
  const checks = [
    () => checkChainId(txpow.header.chainId),
    () => checkBasic(txpow),
    () => checkSignatures(txpow),
    () => checkStateStore(txpow, tip.header.magic.currentMaxTxPoWSize.asLong()),
  ]
  for (const check of checks) {
    const result = check()
    if (!result.ok) return result
  }
  const scripts = checkScripts(txpow, tip.header)
  return scripts.ok || !scripts.monotonic ? ACCEPTED : scripts
}
