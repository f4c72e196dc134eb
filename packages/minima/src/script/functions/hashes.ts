import { utf8 } from '../../codec/index.ts'
import { sha2_256, sha3_256 } from '../../hash/index.ts'
import { scriptAddress } from '../../objects/script-proof.ts'
import { ScriptFault } from '../script-fault.ts'
import { HexValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const hash = (name: string, about: string, digest: (bytes: Uint8Array) => Uint8Array): ScriptFunction => ({
  name,
  parameters: ['x HEX or STRING'],
  returns: 'HEX',
  about,
  run(call, run) {
    const value = call.value(0, run)
    if (value.type === 'HEX') return HexValue.ofBytes(digest(value.bytes))
    if (value.type === 'STRING') return HexValue.ofBytes(digest(utf8(value.text)))
    throw new ScriptFault('wrong-type', `${name} takes a HEX or a STRING, got a ${value.type}`)
  },
})

const address: ScriptFunction = {
  name: 'ADDRESS',
  parameters: ['script STRING'],
  returns: 'HEX',
  about: 'the address of exactly this script text, which need not parse',
  run: (call, run) => HexValue.ofBytes(scriptAddress(call.string(0, run).text)),
}

export const hashFunctions: readonly ScriptFunction[] = [
  hash('SHA2', 'SHA-256 of the bytes or of the UTF-8 text', sha2_256),
  hash('SHA3', 'SHA3-256 of the bytes or of the UTF-8 text', sha3_256),
  address,
]
