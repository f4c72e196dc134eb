import type { Codec } from '../codec/index.ts'
import { data, list, miniNumber } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'

/**
 * The ids of a peer's last blocks, tip first. Of a version other than 1 nothing more is read and the list is empty.
 * Source: minima-global/Minima: src/org/minima/objects/Pulse.java
 */
export interface Pulse {
  readonly blocks: readonly Uint8Array[]
}

const VERSION = MiniNumber.ONE
const ids = list(data)

export const Pulse: Codec<Pulse> = {
  read: (r) => ({ blocks: miniNumber.read(r).equals(VERSION) ? ids.read(r) : [] }),
  write(w, pulse) {
    miniNumber.write(w, VERSION)
    ids.write(w, pulse.blocks)
  },
}
