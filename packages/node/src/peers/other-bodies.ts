import { toHex } from '@minipolis/minima'
import { BoundedMap } from './bounded-map.ts'

const UNITS_MAX = 256
/** Peers that must agree on a body that does not fit its header. */
const AGREEING_PEERS = 3
/** Milliseconds to look for a body that fits. */
const LOOK_MS = 5_000

interface Odd {
  readonly id: Uint8Array
  readonly payload: Uint8Array
  readonly peers: Set<number>
  readonly sinceMs: number
}

/**
 * Units whose body is not the one their header was mined for. The header does not forbid them, so a block may really have such a
 * body; but mostly somebody changed it, and then another peer has the right one. Source: spec 06 section 13.2, C2
 */
export class OtherBodies {
  readonly #units = new BoundedMap<Odd>(UNITS_MAX)

  /** Such a unit came. @returns its payload when it is time to take it as it is */
  came(id: Uint8Array, payload: Uint8Array, peer: number, peerCount: number, nowMs: number): Uint8Array | undefined {
    const hex = toHex(id)
    const odd = this.#units.get(hex) ?? { id, payload, peers: new Set<number>(), sinceMs: nowMs }
    odd.peers.add(peer)
    this.#units.set(hex, odd)
    if (odd.peers.size < Math.min(AGREEING_PEERS, peerCount)) return undefined
    this.#units.delete(hex)
    return odd.payload
  }

  /** Whether the peer has shown no body for the unit yet. */
  isUnasked(hex: string, peer: number): boolean {
    return this.#units.get(hex)?.peers.has(peer) === false
  }

  /** The unit came with the body that fits. */
  have(hex: string): void {
    this.#units.delete(hex)
  }

  /** Payloads of units for which no fitting body was found in time. */
  due(nowMs: number): Uint8Array[] {
    const due: Uint8Array[] = []
    for (const [hex, { payload, sinceMs }] of [...this.#units.entries()]) {
      if (nowMs - sinceMs < LOOK_MS) continue
      this.#units.delete(hex)
      due.push(payload)
    }
    return due
  }
}
