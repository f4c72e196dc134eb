import { ipBlock, siteOf } from './peer-address.ts'

/** Incoming connections at one time. Outgoing ones are few and our own choice: they are not counted. */
export interface SlotLimits {
  readonly total: number
  /** From one IPv4 address, or one /64 of IPv6. */
  readonly perIp: number
  readonly perBlock: number
}

export const DEFAULT_SLOTS: SlotLimits = { total: 256, perIp: 8, perBlock: 32 }

/** Places for incoming connections. Source: spec 06 section 13.1, M9 */
export class Slots {
  readonly #limits: SlotLimits
  readonly #bySite = new Map<string, number>()
  readonly #byBlock = new Map<string, number>()
  #total = 0

  constructor(limits: SlotLimits) {
    this.#limits = limits
  }

  tryTake(ip: string): boolean {
    const { total, perIp, perBlock } = this.#limits
    const [site, block] = [siteOf(ip), ipBlock(ip)]
    if (this.#total >= total) return false
    if ((this.#bySite.get(site) ?? 0) >= perIp || (this.#byBlock.get(block) ?? 0) >= perBlock) return false
    this.#total++
    count(this.#bySite, site, 1)
    count(this.#byBlock, block, 1)
    return true
  }

  release(ip: string): void {
    this.#total--
    count(this.#bySite, siteOf(ip), -1)
    count(this.#byBlock, ipBlock(ip), -1)
  }
}

function count(counts: Map<string, number>, key: string, step: number): void {
  const next = (counts.get(key) ?? 0) + step
  if (next > 0) counts.set(key, next)
  else counts.delete(key)
}
