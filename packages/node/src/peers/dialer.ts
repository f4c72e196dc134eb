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
  /** Being dialled, or connected. */
  isBusy: boolean
  nextMs: number
}

/** How a connection ended, or an attempt. */
export interface Loss {
  readonly reason: CloseReason
  /** Whether the peer's greeting had been accepted: who only answers the call is no peer. */
  readonly wasGreeted: boolean
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

  /** Nothing happens when there are too many, or the address is there already. */
  add(address: PeerAddress, isFixed: boolean, nowMs: number): void {
    const name = formatAddress(address)
    if (this.#targets.has(name) || (!isFixed && this.#targets.size >= TARGETS_MAX)) return
    this.#targets.set(name, { address, isFixed, failures: 0, isBusy: false, nextMs: nowMs })
  }

  has(address: PeerAddress): boolean {
    return this.#targets.has(formatAddress(address))
  }

  remove(address: PeerAddress): void {
    this.#targets.delete(formatAddress(address))
  }

  /** Addresses to dial now; each is busy until it is lost. */
  due(nowMs: number): PeerAddress[] {
    const due: PeerAddress[] = []
    for (const target of this.#targets.values()) {
      if (target.isBusy || target.nextMs > nowMs) continue
      target.isBusy = true
      due.push(target.address)
    }
    return due
  }

  /** Everything that waits is due at once. */
  dialAll(): void {
    for (const target of this.#targets.values()) target.nextMs = Number.NEGATIVE_INFINITY
  }

  /** A connection ended, or none came about. @returns whether the address is given up because it cannot be reached */
  lost(address: PeerAddress, { reason, wasGreeted }: Loss, nowMs: number): boolean {
    const name = formatAddress(address)
    const target = this.#targets.get(name)
    if (target === undefined) return false
    target.failures = wasGreeted ? 0 : target.failures + 1
    target.isBusy = false
    const isHopeless = reason === 'other-chain' || reason === 'other-network' || reason === 'misconduct'
    target.nextMs = nowMs + (isHopeless ? OTHER_CHAIN_MS : this.#reconnectMs)
    const isGivenUp = !target.isFixed && (isHopeless || target.failures >= ATTEMPTS_MAX)
    return isGivenUp && this.#targets.delete(name)
  }
}
