import type { Codec } from '../codec/index.ts'
import { hash, struct, text } from '../codec/index.ts'

/**
 * An address and, where known, the script it stands for (else empty).
 * Source: minima-global/Minima: src/org/minima/objects/Address.java
 */
export interface Address {
  readonly address: Uint8Array
  readonly script: string
}

export const Address: Codec<Address> = struct<Address>({ address: hash, script: text })
