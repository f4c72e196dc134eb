import { BoundedMap } from '../peers/bounded-map.ts'
import { TokenBucket } from '../peers/token-bucket.ts'
import { ADDRESS_LENGTH_MAX } from './address.ts'
import { CONTACT_KEY_LENGTH_MAX } from './contact-message.ts'
import type { LocationEntry } from './location-message.ts'

/** Registrations kept; the oldest leaves. */
export const LOCATIONS_MAX = 10_000
/** Characters of all registrations together, about twice the bytes of memory. */
export const LOCATIONS_LENGTH_MAX = 32 * 1024 * 1024
/** Milliseconds that a registration holds. */
export const LOCATION_MS = 24 * 60 * 60 * 1000
/** Registrations of one sender. A reference node sends two for every host that it gains or loses. */
const SET_RATE = { burst: 10, perSecond: 1 / 20 }

interface Location {
  readonly address: string
  readonly allowed: ReadonlySet<string>
  readonly length: number
  readonly atMs: number
}

/** What a location service knows: who is where, and who may ask. Kept in memory, as in the reference. Source: spec 07 section 7 */
export class LocationRegistry {
  readonly #locations = new BoundedMap<Location>(LOCATIONS_MAX)
  readonly #rates = new BoundedMap<TokenBucket>(LOCATIONS_MAX)
  #length = 0

  /** @param key main key of the signer, upper-case hex. @returns false when it is not taken */
  set(key: string, { address, allowed }: LocationEntry, nowMs: number): boolean {
    if (address.length > ADDRESS_LENGTH_MAX) return false
    const rate = this.#rates.get(key) ?? new TokenBucket(SET_RATE, nowMs)
    this.#rates.set(key, rate)
    if (!rate.tryTake(nowMs)) return false
    const kept = new Set(allowed.filter((one) => one.length <= CONTACT_KEY_LENGTH_MAX))
    let length = address.length
    for (const one of kept) length += one.length
    this.#delete(key)
    for (const [oldest] of this.#locations.entries()) {
      if (this.#length + length <= LOCATIONS_LENGTH_MAX && this.#locations.size < LOCATIONS_MAX) break
      this.#delete(oldest)
    }
    this.#locations.set(key, { address, allowed: kept, length, atMs: nowMs })
    this.#length += length
    return true
  }

  /** The address of a key, for whom it is meant. @param isPermanent everybody may ask for it */
  find(key: string, asker: string, isPermanent: boolean, nowMs: number): string | undefined {
    const location = this.#locations.get(key)
    if (location === undefined) return undefined
    if (nowMs - location.atMs > LOCATION_MS) {
      this.#delete(key)
      return undefined
    }
    return isPermanent || location.allowed.has(asker) ? location.address : undefined
  }

  /** Everything that is registered, oldest first. */
  *entries(): Generator<{ readonly key: string; readonly address: string; readonly allowed: readonly string[] }> {
    for (const [key, { address, allowed }] of this.#locations.entries()) yield { key, address, allowed: [...allowed] }
  }

  #delete(key: string): void {
    this.#length -= this.#locations.get(key)?.length ?? 0
    this.#locations.delete(key)
  }
}
