import { toHex } from '@minipolis/minima'
import type { MaximaLink } from '../peers/maxima-host.ts'
import { PUBLIC_KEY_BYTES_MAX } from './rsa.ts'

/**
 * Which live link wants the messages for which key. A claim is not proved, so the older link is preferred: a stranger cannot
 * take over messages by claiming a key that is claimed already. Only from the same IP a newer link takes over, because a
 * client that reconnects cannot know that its old link still looks alive here. Source: spec 07 section 10, S5
 */
export class KeyClaims {
  /** In the order of the claims; one key per link, so it is no longer than the list of links. */
  readonly #keys = new Map<MaximaLink, string>()

  get size(): number {
    return this.#keys.size
  }

  /** The link's only key from now on. @returns false for what cannot be a key */
  claim(link: MaximaLink, key: Uint8Array): boolean {
    if (key.length === 0 || key.length > PUBLIC_KEY_BYTES_MAX) return false
    const hex = toHex(key)
    // A repeated claim keeps its place.
    if (this.#keys.get(link) === hex) return true
    this.#keys.delete(link)
    for (const [other, claimed] of this.#keys) {
      if (claimed === hex && other.address.host === link.address.host) this.#keys.delete(other)
    }
    this.#keys.set(link, hex)
    return true
  }

  /** Who is to get a message for this key. */
  linkFor(key: Uint8Array): MaximaLink | undefined {
    const hex = toHex(key)
    for (const [link, claimed] of this.#keys) if (claimed === hex) return link
    return undefined
  }

  release(link: MaximaLink): void {
    this.#keys.delete(link)
  }
}
