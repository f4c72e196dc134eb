import { toHex } from '@minipolis/minima'
import { encodePayload, MAXIMA_STATUS, type MaxTxPoW } from '../wire/index.ts'
import type { MaximaHost, MaximaLink } from './maxima-host.ts'

/** Longest public key, in bytes, that a client may be reached by. */
const KEY_BYTES_MAX = 1024

/**
 * The least a listening node has to do for messaging, and all that one without messaging of its own does: it keeps by which key
 * each connected client can be reached, and hands messages for it on. Source: spec 06 section 4.5
 */
export class MaximaRelay implements MaximaHost {
  readonly #linksByKey = new Map<string, MaximaLink>()
  readonly #keysByLink = new Map<string, string>()

  greeted(): void {}

  locationServiceTold(): void {}

  /** A new key takes the place of the client's old one. A key that a client at another address has stays with it. */
  keyClaimed(link: MaximaLink, key: Uint8Array): void {
    if (key.length === 0 || key.length > KEY_BYTES_MAX) return
    const hex = toHex(key)
    const holder = this.#linksByKey.get(hex)
    if (holder !== undefined && holder.id !== link.id && holder.address.host !== link.address.host) return
    this.closed(link)
    if (holder !== undefined) this.closed(holder)
    this.#linksByKey.set(hex, link)
    this.#keysByLink.set(link.id, hex)
  }

  closed({ id }: MaximaLink): void {
    const key = this.#keysByLink.get(id)
    if (key === undefined) return
    this.#keysByLink.delete(id)
    this.#linksByKey.delete(key)
  }

  deliver(link: MaximaLink, { package: { to } }: MaxTxPoW, payload: Uint8Array): void {
    const client = this.#linksByKey.get(toHex(to))
    const isDelivered = client?.send('maximaTxPoW', payload) === true
    const status = isDelivered ? MAXIMA_STATUS.ok : MAXIMA_STATUS.unknown
    link.send('ping', encodePayload({ name: 'ping', value: Uint8Array.of(status) }))
  }
}
