import type { Codec } from '../codec/index.ts'
import { list, struct } from '../codec/index.ts'
import { CoinProof } from './coin-proof.ts'
import { ScriptProof } from './script-proof.ts'
import { Signature } from './signature.ts'

/**
 * What makes a transaction valid: who signed, that the coins exist, which scripts guard them.
 * Source: minima-global/Minima: src/org/minima/objects/Witness.java
 */
export interface Witness {
  readonly signatures: readonly Signature[]
  readonly coinProofs: readonly CoinProof[]
  readonly scripts: readonly ScriptProof[]
}

export const Witness: Codec<Witness> = struct<Witness>({
  signatures: list(Signature),
  coinProofs: list(CoinProof),
  scripts: list(ScriptProof),
})

export const EMPTY_WITNESS: Witness = { signatures: [], coinProofs: [], scripts: [] }
