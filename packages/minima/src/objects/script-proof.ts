import type { Codec } from '../codec/index.ts'
import { struct, text } from '../codec/index.ts'
import { calculateProof } from '../mmr/calculate-proof.ts'
import { MMRProof } from '../mmr/index.ts'
import { MiniNumber } from '../number/index.ts'
import { objectLeaf } from './object-leaf.ts'

/**
 * A script and the path from its leaf to the address it stands for; a single script has an empty path.
 * Source: minima-global/Minima: src/org/minima/objects/ScriptProof.java
 */
export interface ScriptProof {
  readonly script: string
  readonly proof: MMRProof
}

const fields = struct<ScriptProof>({ script: text, proof: MMRProof })

/** Reading refuses a proof whose values add up to more than a number can hold: it leads to no address. */
export const ScriptProof: Codec<ScriptProof> = {
  read(r) {
    const at = r.offset
    const scriptProof = fields.read(r)
    let sum = MiniNumber.ZERO
    for (const { data } of scriptProof.proof.chunks) {
      if (data.value.isZero()) continue
      try {
        sum = sum.add(data.value)
      } catch {
        throw r.fail('range', 'the sum of the script proof leaves the range of numbers', at)
      }
    }
    return scriptProof
  },
  write: fields.write,
}

/** The proof of a script that stands alone. */
export const SINGLE_PROOF: MMRProof = { blockTime: MiniNumber.ZERO, chunks: [] }

/** A script that stands alone, with its empty path. */
export const singleScript = (script: string): ScriptProof => ({ script, proof: SINGLE_PROOF })

/**
 * The address of a script that stands alone: its MMR leaf with value 0. Every blank of the text counts. 32 bytes.
 * `RETURN TRUE` gives 0x582AA40E….
 */
export const scriptAddress = (script: string): Uint8Array => objectLeaf(text, script).data

/** The address that script and path lead to. 32 bytes. */
export const scriptProofAddress = ({ script, proof }: ScriptProof): Uint8Array =>
  calculateProof(objectLeaf(text, script), proof).data
