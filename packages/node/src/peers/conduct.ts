import { BoundedMap } from './bounded-map.ts'

/** Points at which an address is kept out. */
export const POINTS_MAX = 100
/** Milliseconds that an address is kept out. */
export const BAN_MS = 10 * 60 * 1000
/** Sites remembered. */
const SITES_MAX = 10_000
/** A point is forgiven after so many milliseconds. */
const FORGIVE_MS = 6_000

/** What peers do wrong, in points. Nothing that an honest node of the reference does costs any. */
export const FAULT_POINTS = {
  /** A frame that says it is larger than any honest one. */
  'oversized-frame': POINTS_MAX,
  /** A message that cannot be read. */
  unreadable: 2,
  /** A TxPoW that no honest node passes on. */
  'refused-txpow': 10,
  /** A TxPoW without work that nobody asked for. */
  'no-work': 10,
  /** A chain download with a block that breaks the rules. */
  'false-chain': 50,
  /** More of something than is allowed. */
  flood: 20,
} as const
export type Fault = keyof typeof FAULT_POINTS

interface Record {
  points: number
  atMs: number
  bannedUntilMs: number
}

/**
 * What is held against the sites that peers call from, see `siteOf`. Kept by the IP of the socket and never by a name that a
 * peer claims: else it could blame others. Source: spec 06 section 13.3
 */
export class Conduct {
  readonly #records = new BoundedMap<Record>(SITES_MAX)

  /** @returns whether the site is kept out from now on */
  blame(site: string, fault: Fault, nowMs: number): boolean {
    const record = this.#records.get(site) ?? { points: 0, atMs: nowMs, bannedUntilMs: 0 }
    const forgiven = Math.max(0, nowMs - record.atMs) / FORGIVE_MS
    record.points = Math.max(0, record.points - forgiven) + FAULT_POINTS[fault]
    record.atMs = nowMs
    const isBanned = record.points >= POINTS_MAX
    if (isBanned) {
      record.points = 0
      record.bannedUntilMs = nowMs + BAN_MS
    }
    this.#records.set(site, record)
    return isBanned
  }

  isBanned(site: string, nowMs: number): boolean {
    return (this.#records.get(site)?.bannedUntilMs ?? 0) > nowMs
  }

  /** Sites kept out now. */
  banned(nowMs: number): string[] {
    return [...this.#records.entries()].filter(([, { bannedUntilMs }]) => bannedUntilMs > nowMs).map(([site]) => site)
  }

  forgive(site: string): void {
    this.#records.delete(site)
  }
}
