import { fromHex } from '../../codec/index.ts'
import { webAssemblyHost } from '../wasm/host.ts'
import type { Sha3Exports } from '../wasm/sha3-module.ts'
import { modules } from './modules.ts'

/** Hash states that a module works on at once. */
export type States = keyof typeof modules

/**
 * A running module, or `undefined` where the host has no WebAssembly, lacks the instructions, or refuses to compile
 * (a page's content security policy does that by throwing).
 */
export function instantiate(states: States): Sha3Exports | undefined {
  const host = webAssemblyHost()
  if (host === undefined) return undefined
  const bytes = new Uint8Array(fromHex(modules[states]))
  try {
    if (!host.validate(bytes)) return undefined
    return new host.Instance(new host.Module(bytes)).exports as Sha3Exports
  } catch {
    return undefined
  }
}
