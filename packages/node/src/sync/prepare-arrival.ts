import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  ACCEPTED,
  type BlockState,
  type CheckResult,
  checkBasic,
  checkCoinProofs,
  encode,
  factsOf,
  isTransaction,
  Signature,
  scriptSteps,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import type { PreparedUnit } from '../peers/index.ts'
import type { WorkThread } from '../threads/index.ts'

/** Milliseconds of scripts above which a unit is not passed on: who waits for it waits for all of them. */
export const SLOW_SCRIPTS_MS = 2_000
/** About what one signature costs, in milliseconds. */
const SIGNATURE_MS = 3

/** Whether judging the unit costs more than a glance. */
export const isCostly = ({ body }: TxPoW): boolean =>
  body !== null && body.witness.signatures.length + body.burnWitness.signatures.length + body.witness.scripts.length > 0

/**
 * Does what is costly about a unit before it is judged: signatures where there is time for them, scripts one at a time with turns
 * for others in between. Judging it on the same tip then finds the verdicts. Nothing costly is done for what a cheap test refuses.
 *
 * @throws NodeError when the thread has too much to do or is stopped
 */
export async function prepareArrival(txpow: TxPoW, tip: BlockState, thread: WorkThread): Promise<PreparedUnit> {
  const isBasic = checkBasic(txpow).ok
  const signatures = isBasic ? await checkSignaturesAside(txpow, thread) : undefined
  const count = (txpow.body?.witness.signatures.length ?? 0) + (txpow.body?.burnWitness.signatures.length ?? 0)
  const runsScripts = signatures?.ok === true && isTransaction(txpow) && checkCoinProofs(txpow, tip.mmr).ok
  const scriptsMs = runsScripts ? await runScripts(txpow, tip) : 0
  return {
    txpow,
    signatures,
    hasSlowScripts: scriptsMs > SLOW_SCRIPTS_MS,
    costMs: (signatures === undefined ? 0 : count * SIGNATURE_MS) + scriptsMs,
  }
}

/** The verdict that `checkSignatures` comes to. */
async function checkSignaturesAside(txpow: TxPoW, thread: WorkThread): Promise<CheckResult> {
  const { transactionId, burnTransactionId } = factsOf(txpow)
  const parts = [
    [txpow.body?.witness.signatures ?? [], transactionId],
    [txpow.body?.burnWitness.signatures ?? [], burnTransactionId],
  ] as const
  const checks = parts.flatMap(([signatures, id]) =>
    signatures.map((signature) => ({ message: id!.slice(), signature: encode(Signature, signature) })),
  )
  if (checks.length === 0) return ACCEPTED
  const { verdict } = await thread.run({ kind: 'verify', checks }, 'in-turn')
  switch (verdict) {
    case 'holds':
      return ACCEPTED
    case 'fails':
      return { ok: false, code: 'signature', detail: `a signature does not verify over ${toHex(transactionId!)}` }
    case 'unclear':
      return { ok: false, code: 'malformed', detail: 'a signature cannot be computed with' }
  }
}

/** @returns milliseconds that the scripts took */
async function runScripts(txpow: TxPoW, { header }: BlockState): Promise<number> {
  const steps = scriptSteps(txpow, header)
  let ms = 0
  for (;;) {
    const began = performance.now()
    const { done } = steps.next()
    ms += performance.now() - began
    if (done) return ms
    await nextTurn()
  }
}
