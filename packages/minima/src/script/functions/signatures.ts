import { bytesEqual, decode } from '../../codec/index.ts'
import { verifyWinternitz, WINTERNITZ_SIGNATURE_BYTES } from '../../keys/index.ts'
import { Signature, type SignatureProof, signatureProofRootKey } from '../../objects/signature.ts'
import { CHECKSIG_OPERATIONS, SIGNATURE_PARTS_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import { BooleanValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const signedBy: ScriptFunction = {
  name: 'SIGNEDBY',
  parameters: ['key HEX'],
  returns: 'BOOLEAN',
  about: 'whether this key signed the transaction',
  run: (call, run) => BooleanValue.of(run.environment.signers.has(call.hex(0, run).text)),
}

/** A key written twice counts twice; keys behind the one that suffices are not evaluated. */
const multisig: ScriptFunction = {
  name: 'MULTISIG',
  parameters: ['needed NUMBER', 'key HEX...'],
  argumentsMin: 2,
  returns: 'BOOLEAN',
  about: 'whether at least this many of the keys signed the transaction',
  run(call, run) {
    const needed = call.number(0, run).toInt()
    if (needed < 0) throw new ScriptFault('out-of-range', `MULTISIG needs 0 or more signatures, got ${needed}`)
    let found = 0
    for (let i = 1; i < call.args.length; i++) {
      if (run.environment.signers.has(call.hex(i, run).text)) found++
      if (found >= needed) return BooleanValue.TRUE
    }
    return BooleanValue.FALSE
  },
}

/**
 * Each part signs the root key of the next, the last one signs the data. Whether something is false or a fault is consensus:
 * a one-time signature of the wrong length faults, but only if the parts before it hold.
 */
const isSigned = (key: Uint8Array, message: Uint8Array, parts: readonly SignatureProof[]): boolean => {
  if (parts.length === 0 || parts.length > SIGNATURE_PARTS_MAX) return false
  if (!bytesEqual(signatureProofRootKey(parts[0]!), key)) return false
  return parts.every(({ publicKey, signature }, i) => {
    const next = parts[i + 1]
    const signed = next === undefined ? message : signatureProofRootKey(next)
    if (signature.length !== WINTERNITZ_SIGNATURE_BYTES) {
      throw new ScriptFault('bad-data', `a one-time signature has ${WINTERNITZ_SIGNATURE_BYTES} bytes`, { part: i })
    }
    return verifyWinternitz({ publicKey, message: signed, signature })
  })
}

const checkSignature: ScriptFunction = {
  name: 'CHECKSIG',
  parameters: ['key HEX', 'data HEX', 'signature HEX'],
  returns: 'BOOLEAN',
  about: 'whether the signature is one of the data by the key; costs 32 operations',
  run(call, run) {
    run.count(CHECKSIG_OPERATIONS)
    const key = call.hex(0, run).bytes
    const message = call.hex(1, run).bytes
    const signature = call.hex(2, run).bytes
    if (key.length === 0 || signature.length === 0) {
      throw new ScriptFault('out-of-range', 'CHECKSIG needs a key and a signature that are not empty')
    }
    return BooleanValue.of(isSigned(key, message, decode(Signature, signature).proofs))
  },
}

export const signatureFunctions: readonly ScriptFunction[] = [signedBy, multisig, checkSignature]
