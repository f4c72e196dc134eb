import { isIP } from 'node:net'
import type { RandomBytes } from '@minipolis/minima'
import { BoundedMap } from './bounded-map.ts'
import { formatAddress, ipBlock, isDialable, isInternal, type PeerAddress } from './peer-address.ts'

/** Peers that are told to others. Source: spec 06 section 8.3 */
export const KNOWN_PEERS_MAX = 250
/** Addresses that wait for a probe. */
const CANDIDATES_MAX = 250
/** Addresses taken from one message, and waiting from one peer. */
const SUGGESTIONS_MAX = 20
/** Known peers in one block of addresses: whoever has many machines in one place cannot fill the list with them. */
const KNOWN_PER_BLOCK_MAX = 8
/** Milliseconds between two probes: nobody makes this node knock at many doors at once. */
const PROBE_MS = 1_000
/** Milliseconds after which a known peer that did not answer is probed again. */
const RETRY_MS = 30 * 60_000
/** Milliseconds until the next probe of a known peer while this node reaches nobody. */
const OFFLINE_RETRY_MS = 60_000
/** Probes of a known peer, without an answer, until it is forgotten. */
const FAILURES_MAX = 3
/** Of 256 new peers so many take the place of a known one when there are enough. */
const ADMITTED_OF_256 = 26

interface Candidate {
  readonly address: PeerAddress
  readonly fromMs: number
  /** The peer that told of it; undefined for what the operator gave or an earlier run left. */
  readonly from: string | undefined
  readonly failures: number
}

export interface Probe {
  readonly isGood: boolean
  /** Whether this node has a connection: else a silent peer says nothing about the peer. */
  readonly isOnline: boolean
  readonly nowMs: number
}

/** Addresses that others told of. Only those that answered a probe are used and passed on. Source: spec 06 section 8.9 */
export class KnownPeers {
  readonly #allowInternal: boolean
  readonly #random: RandomBytes
  readonly #verified = new Map<string, PeerAddress>()
  readonly #candidates = new BoundedMap<Candidate>(CANDIDATES_MAX)
  #probeMs = Number.NEGATIVE_INFINITY

  constructor(allowInternal: boolean, random: RandomBytes) {
    this.#allowInternal = allowInternal
    this.#random = random
  }

  all(): PeerAddress[] {
    return [...this.#verified.values()]
  }

  /** What is worth keeping for the next start: the known peers, and those that were known and are silent at the moment. */
  toKeep(): PeerAddress[] {
    const waiting = [...this.#candidates.entries()].flatMap(([, { address, from }]) =>
      from === undefined ? [address] : [],
    )
    return [...this.all(), ...waiting.filter((address) => !this.isVerified(address))].slice(0, KNOWN_PEERS_MAX)
  }

  isVerified(address: PeerAddress): boolean {
    return this.#verified.has(formatAddress(address))
  }

  /** An address that the operator gave needs no probe. */
  addSeed(address: PeerAddress): void {
    if (this.#verified.size < KNOWN_PEERS_MAX) this.#verified.set(formatAddress(address), address)
  }

  /** What the operator gave in passing, or an earlier run knew: probed first, and tried again when silent. */
  addKept(addresses: readonly PeerAddress[]): void {
    for (const address of addresses) {
      if (this.#isKnown(address) || !isDialable(address)) continue
      if (this.#candidates.size >= CANDIDATES_MAX) return
      this.#candidates.set(formatAddress(address), { address, fromMs: 0, from: undefined, failures: 0 })
    }
  }

  /**
   * What a peer told of: few at a time, one per block of addresses, and by address only, because a name could lead anywhere. A
   * full list takes nothing more, so that nobody pushes out what others told.
   *
   * @param from names the peer
   */
  suggest(addresses: readonly PeerAddress[], from: string): void {
    const blocks = new Set<string>()
    let room = SUGGESTIONS_MAX - this.#waitingFrom(from)
    for (const address of addresses) {
      if (room <= 0 || this.#candidates.size >= CANDIDATES_MAX) return
      if (this.#isKnown(address) || isIP(address.host) === 0 || !isDialable(address)) continue
      if (isInternal(address.host) && !this.#allowInternal) continue
      const block = this.#allowInternal ? formatAddress(address) : ipBlock(address.host)
      if (blocks.has(block)) continue
      blocks.add(block)
      this.#candidates.set(formatAddress(address), { address, fromMs: 0, from, failures: 0 })
      room--
    }
  }

  forget(address: PeerAddress): void {
    this.#verified.delete(formatAddress(address))
    this.#candidates.delete(formatAddress(address))
  }

  /** Probes all known peers again; they stay known until one fails. */
  checkAgain(): void {
    for (const [name, address] of this.#verified) {
      this.#candidates.set(name, { address, fromMs: 0, from: undefined, failures: 0 })
    }
  }

  /** The next address to probe, at most one a second. What was known before comes before what strangers tell. */
  nextToCheck(nowMs: number): PeerAddress | undefined {
    if (nowMs - this.#probeMs < PROBE_MS) return undefined
    const due = [...this.#candidates.entries()].filter(([, { fromMs }]) => fromMs <= nowMs)
    const [, candidate] = due.find(([, { from }]) => from === undefined) ?? due[0] ?? []
    if (candidate === undefined) return undefined
    this.#probeMs = nowMs
    // It stays in the list while it is probed, so that nobody suggests it again.
    this.#candidates.set(formatAddress(candidate.address), { ...candidate, fromMs: nowMs + RETRY_MS })
    return candidate.address
  }

  checked(address: PeerAddress, { isGood, isOnline, nowMs }: Probe): void {
    const name = formatAddress(address)
    const candidate = this.#candidates.get(name)
    this.#candidates.delete(name)
    if (isGood) {
      this.#admit(name, address)
      return
    }
    const wasKnown = this.#verified.has(name) || (candidate !== undefined && candidate.from === undefined)
    if (!wasKnown) return
    const failures = (candidate?.failures ?? 0) + (isOnline ? 1 : 0)
    if (isOnline) this.#verified.delete(name)
    if (failures >= FAILURES_MAX) return
    const fromMs = nowMs + (isOnline ? RETRY_MS : OFFLINE_RETRY_MS)
    this.#candidates.set(name, { address, fromMs, from: undefined, failures })
  }

  /** Into a full list only few come, and each takes the place of one drawn at random. */
  #admit(name: string, address: PeerAddress): void {
    if (!this.#verified.has(name)) {
      if (!this.#allowInternal && this.#inBlockOf(address) >= KNOWN_PER_BLOCK_MAX) return
      if (this.#verified.size >= KNOWN_PEERS_MAX) {
        const [chance, high, low] = this.#random(3)
        if (chance! >= ADMITTED_OF_256) return
        const names = [...this.#verified.keys()]
        this.#verified.delete(names[(high! * 256 + low!) % names.length]!)
      }
    }
    this.#verified.set(name, address)
  }

  #inBlockOf({ host }: PeerAddress): number {
    const block = ipBlock(host)
    return this.all().filter((other) => ipBlock(other.host) === block).length
  }

  #waitingFrom(from: string): number {
    return [...this.#candidates.entries()].filter(([, candidate]) => candidate.from === from).length
  }

  #isKnown(address: PeerAddress): boolean {
    const name = formatAddress(address)
    return this.#verified.has(name) || this.#candidates.has(name)
  }
}
