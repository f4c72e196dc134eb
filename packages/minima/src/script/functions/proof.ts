import { bytesEqual, data, decode, encode, text } from '../../codec/index.ts'
import { calculateProof, leafNode, MMRProof } from '../../mmr/index.ts'
import { ScriptFault } from '../script-fault.ts'
import { BooleanValue, type Value } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

/** A text and the HEX of its UTF-8 bytes make the same leaf. */
const leafObject = (value: Value): Uint8Array => {
  if (value.type === 'HEX') return encode(data, value.bytes)
  if (value.type === 'STRING') return encode(text, value.text)
  throw new ScriptFault('wrong-type', `argument 1 of PROOF needs a HEX or a STRING, got a ${value.type}`)
}

/** Source: minima-global/Minima: src/org/minima/kissvm/functions/sha/PROOF.java */
const proof: ScriptFunction = {
  name: 'PROOF',
  parameters: ['data HEX or STRING', 'value NUMBER', 'root HEX', 'rootvalue NUMBER', 'proof HEX'],
  returns: 'BOOLEAN',
  about: 'whether data with its value is a leaf of the tree with this root and this sum',
  run(call, run) {
    const object = leafObject(call.value(0, run))
    const leaf = leafNode(object, call.number(1, run).number)
    const root = call.hex(2, run).bytes
    const rootValue = call.number(3, run).number
    const found = calculateProof(leaf, decode(MMRProof, call.hex(4, run).bytes))
    return BooleanValue.of(bytesEqual(found.data, root) && found.value.equals(rootValue))
  },
}

export const proofFunctions: readonly ScriptFunction[] = [proof]
