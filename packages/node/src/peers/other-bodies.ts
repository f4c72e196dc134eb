import { bytesEqual, toHex } from '@minipolis/minima'
import { BoundedMap } from './bounded-map.ts'

const UNITS_MAX = 256
/** Sites that must agree on a body that does not fit its header. */
const AGREEING_SITES = 3
/** Peers asked for another body each time that one comes which does not fit. */
const ASKED_AT_A_TIME = 2
/** Milliseconds to look for a body that fits. */
const LOOK_MS = 5_000

/** A connection, as far as its word on a body counts. */
export interface BodyPeer {
  readonly id: number
  /** Whom it is counted as. */
  readonly site: string
}

interface Odd {
  readonly payload: Uint8Array
  /** The connection that it came over first. */
  readonly from: number
  /** Connections that showed a body, or were asked for one. */
  readonly heard: Set<number>
  /** Sites that showed this body: one can have many connections. */
  readonly sites: Set<string>
  readonly sinceMs: number
}

/**
 * Units whose body is not the one their header was mined for. The header does not forbid them, so a block may really have such a
 * body; but mostly somebody changed it, and then another peer has the right one. Source: spec 06 section 13.2, C2
 */
export class OtherBodies {
  readonly #units = new BoundedMap<Odd>(UNITS_MAX)

  /**
   * Such a unit came.
   *
   * @param peerCount peers that could be asked, this one among them
   * @returns its payload when it is time to take it as it is
   */
  came(
    id: Uint8Array,
    payload: Uint8Array,
    { id: from, site }: BodyPeer,
    peerCount: number,
    nowMs: number,
  ): Uint8Array | undefined {
    const hex = toHex(id)
    const odd = this.#units.get(hex) ?? { payload, from, heard: new Set(), sites: new Set(), sinceMs: nowMs }
    odd.heard.add(from)
    if (bytesEqual(odd.payload, payload)) odd.sites.add(site)
    this.#units.set(hex, odd)
    if (odd.sites.size < Math.min(AGREEING_SITES, peerCount)) return undefined
    this.#units.delete(hex)
    return odd.payload
  }

  /** Who of these to ask for another body now, each once; those of other sites come first. */
  toAsk<P extends BodyPeer>(hex: string, peers: readonly P[]): P[] {
    const odd = this.#units.get(hex)
    if (odd === undefined) return []
    const unheard = peers.filter(({ id }) => !odd.heard.has(id))
    const elsewhere = unheard.filter(({ site }) => !odd.sites.has(site))
    const asked = [...new Set([...elsewhere, ...unheard])].slice(0, ASKED_AT_A_TIME)
    for (const { id } of asked) odd.heard.add(id)
    return asked
  }

  /** The unit came with the body that fits. */
  have(hex: string): void {
    this.#units.delete(hex)
  }

  /** Units for which no fitting body was found in time, with the connection that each came over. */
  due(nowMs: number): { readonly payload: Uint8Array; readonly from: number }[] {
    const due: { readonly payload: Uint8Array; readonly from: number }[] = []
    for (const [hex, { payload, from, sinceMs }] of [...this.#units.entries()]) {
      if (nowMs - sinceMs < LOOK_MS) continue
      this.#units.delete(hex)
      due.push({ payload, from })
    }
    return due
  }
}
