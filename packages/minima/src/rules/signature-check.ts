import { toHex } from '../codec/index.ts'
import { KnownLinks, verifyTreeSignature } from '../keys/index.ts'
import { signatureRootKey, type TxPoW, type Witness } from '../objects/index.ts'
import { ACCEPTED, type CheckResult, checkAll, judge, reject } from './check-result.ts'
import { factsOf } from './facts.ts'

/** A memory only: what it holds is true whoever asks. A gateway that pays or anchors every minute is checked in a third of the time. */
const knownLinks = new KnownLinks()

/**
 * Every signature of a witness must be one of its transaction's id; extra and repeated ones do no harm. Which keys are needed is
 * for the scripts to say. Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkSignatures)
 */
export const checkSignatures = (txpow: TxPoW): CheckResult =>
  judge(() => {
    const { body } = txpow
    if (body === null) return reject('no-body', 'a bare header carries no signatures')
    const { transactionId, burnTransactionId } = factsOf(txpow)
    return checkAll(
      () => checkWitness(body.witness, transactionId!),
      () => checkWitness(body.burnWitness, burnTransactionId!),
    )
  })

function checkWitness({ signatures }: Witness, transactionId: Uint8Array): CheckResult {
  for (const signature of signatures) {
    const publicKey = signatureRootKey(signature)
    if (!verifyTreeSignature(publicKey, transactionId, signature, knownLinks))
      return reject('signature', `the signature of ${toHex(publicKey)} does not verify over ${toHex(transactionId)}`)
  }
  return ACCEPTED
}
