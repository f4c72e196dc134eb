import { formatAddress, type PeerAddress } from './peer-address.ts'
import type { CloseReason } from './session-action.ts'

/** Milliseconds between a lost connection, or a failed attempt, and the next attempt. */
export const RECONNECT_MS = 30_000
/** Milliseconds that a peer of another chain or network is left alone. */
const OTHER_CHAIN_MS = 30 * 60_000
/** Attempts for an address that was not set by hand. */
const ATTEMPTS_MAX = 3
/** Addresses that are tried or held at one time. */
const TARGETS_MAX = 64

interface Target {
  readonly address: PeerAddress
  /** Set by hand: tried for ever. */
  readonly isFixed: boolean
  failures: number
  state: 'waiting' | 'dialling' | 'connected'
  nextMs: number
}

/** Which addresses to connect to and when. It always dials what was set, never what a peer says of itself. */
export class Dialer {
  readonly #targets = new Map<string, Target>()
  readonly #reconnectMs: number

  constructor(reconnectMs: number) {
    this.#reconnectMs = reconnectMs
  }

  get size(): number {
    return this.#targets.size
  }

  get connected(): number {
    return [...this.#targets.values()].filter(({ state }) => state === 'connected').length
  }

  /** @returns false when there are too many, or the address is there already */
  add(address: PeerAddress, isFixed: boolean, nowMs: number): boolean {
    const name = formatAddress(address)
    if (this.#targets.has(name) || (!isFixed && this.#targets.size >= TARGETS_MAX)) return false
    this.#targets.set(name, { address, isFixed, failures: 0, state: 'waiting', nextMs: nowMs })
    return true
  }

  has(address: PeerAddress): boolean {
    return this.#targets.has(formatAddress(address))
  }

  isFixed(address: PeerAddress): boolean {
    return this.#targets.get(formatAddress(address))?.isFixed ?? false
  }

  remove(address: PeerAddress): void {
    this.#targets.delete(formatAddress(address))
  }

  /** Addresses to dial now; they count as being dialled. */
  due(nowMs: number): PeerAddress[] {
    const due: PeerAddress[] = []
    for (const target of this.#targets.values()) {
      if (target.state !== 'waiting' || target.nextMs > nowMs) continue
      target.state = 'dialling'
      due.push(target.address)
    }
    return due
  }

  /** Everything that waits is due at once. */
  dialAll(): void {
    for (const target of this.#targets.values()) target.nextMs = Number.NEGATIVE_INFINITY
  }

  connectedTo(address: PeerAddress): void {
    const target = this.#targets.get(formatAddress(address))
    if (target !== undefined) target.state = 'connected'
  }

  /** A connection ended, or none came about. @returns whether the address is given up because it cannot be reached */
  lost(address: PeerAddress, reason: CloseReason, nowMs: number): boolean {
    const name = formatAddress(address)
    const target = this.#targets.get(name)
    if (target === undefined) return false
    target.failures = target.state === 'connected' ? 0 : target.failures + 1
    target.state = 'waiting'
    const isHopeless = reason === 'other-chain' || reason === 'other-network' || reason === 'misconduct'
    target.nextMs = nowMs + (isHopeless ? OTHER_CHAIN_MS : this.#reconnectMs)
    const isGivenUp = !target.isFixed && (isHopeless || target.failures >= ATTEMPTS_MAX)
    return isGivenUp && this.#targets.delete(name)
  }
}
