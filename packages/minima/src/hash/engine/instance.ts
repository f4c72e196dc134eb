import { webAssemblyHost } from '../wasm/host.ts'
import type { Lanes } from '../wasm/lanes.ts'
import { type Sha3Exports, sha3Module } from '../wasm/sha3-module.ts'

/**
 * A running module, or `undefined` where the host has no WebAssembly, lacks the instructions, or refuses to compile
 * (a page's content security policy does that by throwing).
 */
export function instantiate(lanes: Lanes): Sha3Exports | undefined {
  const host = webAssemblyHost()
  if (host === undefined) return undefined
  const bytes = sha3Module(lanes)
  try {
    if (!host.validate(bytes)) return undefined
    return new host.Instance(new host.Module(bytes)).exports as Sha3Exports
  } catch {
    return undefined
  }
}
