import { sha3_256 } from '@noble/hashes/sha3.js'
import type { HashChain, NonceSearch, Sha3Engine } from './engine.ts'

/** Both of the same length. */
const isBelow = (a: Uint8Array, b: Uint8Array): boolean => {
  const index = a.findIndex((byte, at) => byte !== b[at])
  return index >= 0 && a[index]! < b[index]!
}

const runChain = ({ value, steps }: HashChain): Uint8Array => {
  let result = value.slice()
  for (let step = 0; step < steps; step++) result = sha3_256(result)
  return result
}

function searchNonce({ header, nonceOffset, nonceLength, start, attempts, target }: NonceSearch): number {
  const message = header.slice()
  for (let index = 0; index < attempts; index++) {
    let rest = start + BigInt(index)
    for (let at = nonceOffset + nonceLength - 1; at >= nonceOffset; at--) {
      message[at] = Number(rest & 0xffn)
      rest >>= 8n
    }
    if (isBelow(sha3_256(message), target)) return index
  }
  return -1
}

/** Plain JavaScript, for hosts without WebAssembly or whose policy forbids it: a tenth of the speed. */
export const javascriptEngine: Sha3Engine = {
  name: 'javascript',
  hash: (message) => sha3_256(message),
  hashPair: (a, b) => [sha3_256(a), sha3_256(b)],
  hashChains: (chains) => chains.map(runChain),
  searchNonce,
}
