import { bytesToBigInt } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import type { TxHeader, TxPoW } from '../objects/index.ts'
import { ACCEPTED, type CheckResult, checkAll, judge, reject } from './check-result.ts'
import { factsOf } from './facts.ts'
import { checkStateStore } from './state-store.ts'

/*
 * What a node passes on to others. A unit that breaks these is kept and may be in a block; it is no reason to part with a peer.
 * Source: minima-global/Minima: src/org/minima/system/network/minima/RelayPolicy.java, NIOMessage.java.
 */

export const RELAY_OUTPUTS_MAX = 15
export const RELAY_STATE_BYTES_MAX = 65_536n
/** Milliseconds a block may be ahead of the local clock. */
export const RELAY_AHEAD_MS_MAX = MiniNumber.of(2 * 60 * 60 * 1000)
/** A block may be this many times easier than the tip. */
const RELAY_EASIER_MAX = 100n

/** Few outputs, little state. */
export const checkRelayPolicy = (txpow: TxPoW): CheckResult =>
  checkAll(
    () => checkOutputCount(txpow),
    () => checkStateStore(txpow, RELAY_STATE_BYTES_MAX),
  )

function checkOutputCount({ body }: TxPoW): CheckResult {
  if (body === null) return reject('no-body', 'a bare header is not relayed')
  const outputs = Math.max(body.transaction.outputs.length, body.burnTransaction.outputs.length)
  return outputs > RELAY_OUTPUTS_MAX
    ? reject('too-many-outputs', `${outputs} outputs in one transaction, at most ${RELAY_OUTPUTS_MAX}`)
    : ACCEPTED
}

/** A block that is not absurdly easy and not from the future. @param now milliseconds since 1970 */
export const checkRelayedBlock = (header: TxHeader, tip: TxHeader, now: number): CheckResult =>
  judge(() => {
    if (bytesToBigInt(header.blockDifficulty) > RELAY_EASIER_MAX * bytesToBigInt(tip.blockDifficulty))
      return reject('too-easy', `the block is more than ${RELAY_EASIER_MAX} times easier than the tip`)
    return header.time.moreThan(MiniNumber.of(now).add(RELAY_AHEAD_MS_MAX))
      ? reject('far-future', `block time ${header.time} is more than two hours after ${now}`)
      : ACCEPTED
  })

/** The unit fits the size that the tip allows. */
export const checkRelayedSize = (txpow: TxPoW, tip: TxHeader): CheckResult =>
  judge(() => checkTxPoWSize(txpow, tip.magic.currentMaxTxPoWSize.asLong()))

/** Listed ids count 32 bytes less each. */
export function checkTxPoWSize(txpow: TxPoW, bytesMax: bigint): CheckResult {
  const { sizeForLimits } = factsOf(txpow)
  return BigInt(sizeForLimits) > bytesMax
    ? reject('txpow-size', `${sizeForLimits} bytes, at most ${bytesMax}`)
    : ACCEPTED
}
