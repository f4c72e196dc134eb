import { BoundedMap } from './bounded-map.ts'
import { formatAddress, ipBlock, isDialable, isInternal, type PeerAddress } from './peer-address.ts'

/** Peers that are told to others. Source: spec 06 section 8.3 */
export const KNOWN_PEERS_MAX = 250
/** Addresses that wait for a probe. */
const CANDIDATES_MAX = 250
/** Addresses taken from one message. */
const SUGGESTIONS_MAX = 20
/** Milliseconds between two probes: nobody makes this node knock at many doors at once. */
const PROBE_MS = 1_000
/** Milliseconds after which a known peer that did not answer is probed again. */
const RETRY_MS = 30 * 60_000

/** Addresses that others told of. Only those that answered a probe are used and passed on. Source: spec 06 section 8.9 */
export class KnownPeers {
  readonly #allowInternal: boolean
  readonly #verified = new BoundedMap<PeerAddress>(KNOWN_PEERS_MAX)
  readonly #candidates = new BoundedMap<{ readonly address: PeerAddress; readonly fromMs: number }>(CANDIDATES_MAX)
  #probeMs = 0

  constructor(allowInternal: boolean) {
    this.#allowInternal = allowInternal
  }

  all(): PeerAddress[] {
    return [...this.#verified.entries()].map(([, address]) => address)
  }

  isVerified(address: PeerAddress): boolean {
    return this.#verified.has(formatAddress(address))
  }

  /** An address that the operator gave needs no probe. */
  addSeed(address: PeerAddress): void {
    this.#verified.set(formatAddress(address), address)
  }

  /** What a peer told of: few at a time, one per block of addresses. */
  suggest(addresses: readonly PeerAddress[]): void {
    const blocks = new Set<string>()
    let taken = 0
    for (const address of addresses) {
      const name = formatAddress(address)
      const isKnown = this.#verified.has(name) || this.#candidates.has(name)
      if (isKnown || !isDialable(address) || (isInternal(address.host) && !this.#allowInternal)) continue
      const block = this.#allowInternal ? name : ipBlock(address.host)
      if (blocks.has(block)) continue
      blocks.add(block)
      this.#candidates.set(name, { address, fromMs: 0 })
      taken++
      if (taken >= SUGGESTIONS_MAX) return
    }
  }

  /** The next address to probe, at most one a second. */
  nextToCheck(nowMs: number): PeerAddress | undefined {
    if (nowMs - this.#probeMs < PROBE_MS) return undefined
    for (const [name, { address, fromMs }] of this.#candidates.entries()) {
      if (fromMs > nowMs) continue
      this.#candidates.delete(name)
      this.#probeMs = nowMs
      return address
    }
    return undefined
  }

  checked(address: PeerAddress, isGood: boolean, nowMs: number): void {
    const name = formatAddress(address)
    if (isGood) {
      this.#verified.set(name, address)
    } else if (this.#verified.delete(name)) {
      this.#candidates.set(name, { address, fromMs: nowMs + RETRY_MS })
    }
  }
}
