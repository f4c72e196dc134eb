import {
  type ScriptProof,
  type Signature,
  scriptProofAddress,
  signatureRootKey,
  toHex,
  type Witness,
} from '@minipolis/minima'

/** The witness with these scripts, of each address the first. */
export function withScripts(witness: Witness, added: readonly ScriptProof[]): Witness {
  const scripts = new Map<string, ScriptProof>()
  for (const script of [...witness.scripts, ...added]) {
    const address = toHex(scriptProofAddress(script))
    if (!scripts.has(address)) scripts.set(address, script)
  }
  return { ...witness, scripts: [...scripts.values()] }
}

/** The witness with these signatures, of each key the first. */
export function withSignatures(witness: Witness, added: readonly Signature[]): Witness {
  const signatures = new Map<string, Signature>()
  for (const signature of [...witness.signatures, ...added]) {
    const key = toHex(signatureRootKey(signature))
    if (!signatures.has(key)) signatures.set(key, signature)
  }
  return { ...witness, signatures: [...signatures.values()] }
}
