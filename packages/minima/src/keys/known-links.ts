import { concatBytes, data, encode, toHex } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import type { WinternitzClaim } from './winternitz.ts'

/** Links remembered: some 200 kB of digests. */
export const KNOWN_LINKS_MAX = 1024

/**
 * Levels of signatures that were found right. All levels but the last are the same in 64 signatures and more of one key, and
 * checking a level takes 0.8 ms, so whoever remembers them checks a known signer in a third of the time. What is forgotten is
 * only checked again.
 */
export class KnownLinks {
  /** Digests, the one used longest ago first. */
  readonly #known = new Set<string>()

  /** Whether exactly this signature of this message by this key was found right. */
  has(claim: WinternitzClaim): boolean {
    const digest = digestOf(claim)
    if (!this.#known.delete(digest)) return false
    this.#known.add(digest)
    return true
  }

  /** Remembers what was found right. */
  add(claim: WinternitzClaim): void {
    this.#known.add(digestOf(claim))
    if (this.#known.size > KNOWN_LINKS_MAX) this.#known.delete(this.#known.values().next().value!)
  }
}

/** Each part with its length, so that no two claims have the same bytes. */
const digestOf = ({ publicKey, signature, message }: WinternitzClaim): string =>
  toHex(sha3_256(concatBytes(...[publicKey, signature, message].map((part) => encode(data, part)))))
