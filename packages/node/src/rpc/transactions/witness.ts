import { type ScriptProof, scriptProofAddress, toHex, type Witness } from '@minipolis/minima'

/** The witness with these scripts, of each address the first. */
export function withScripts(witness: Witness, added: readonly ScriptProof[]): Witness {
  const scripts = new Map<string, ScriptProof>()
  for (const script of [...witness.scripts, ...added]) {
    const address = toHex(scriptProofAddress(script))
    if (!scripts.has(address)) scripts.set(address, script)
  }
  return { ...witness, scripts: [...scripts.values()] }
}
