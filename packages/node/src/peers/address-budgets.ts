import { BoundedMap } from './bounded-map.ts'
import { TokenBucket } from './token-bucket.ts'

const SITES_MAX = 10_000

/** What costs this node much and a stranger little: counted per site, see `siteOf`, over all its connections. Source: spec 06 13.4 */
const rates = {
  /** A whole chain in answer to a greeting. */
  ibd: { burst: 12, perSecond: 1 / 20 },
  archive: { burst: 20, perSecond: 2 },
  pong: { burst: 12, perSecond: 6 / 60 },
  /** A whole chain, and a search through all coins. */
  coins: { burst: 3, perSecond: 1 / 120 },
  connect: { burst: 64, perSecond: 2 },
} as const
export type Service = keyof typeof rates

export class AddressBudgets {
  readonly #buckets = new BoundedMap<TokenBucket>(SITES_MAX * Object.keys(rates).length)

  tryTake(service: Service, site: string, nowMs: number): boolean {
    const key = `${service} ${site}`
    const bucket = this.#buckets.get(key) ?? new TokenBucket(rates[service], nowMs)
    this.#buckets.set(key, bucket)
    return bucket.tryTake(nowMs)
  }

  /** What was taken did not cost much after all. */
  giveBack(service: Service, site: string): void {
    this.#buckets.get(`${service} ${site}`)?.giveBack()
  }
}
