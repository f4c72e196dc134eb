import type { MaxTxPoW, MessageName } from '../wire/index.ts'
import type { PeerAddress } from './peer-address.ts'

/** A live connection, as far as messaging needs it. The same object stands for it until `closed`. */
export interface MaximaLink {
  /** Names the connection while the process lives; no other has it. */
  readonly id: string
  readonly role: 'incoming' | 'outgoing'
  /** What was dialled; for an incoming connection the socket's other end. Never what the peer claims. */
  readonly address: PeerAddress
  /** Puts a message into the connection's queue. @returns false when it is closed or its queue is full */
  send(name: MessageName, payload: Uint8Array): boolean
}

/**
 * What connections hand to messaging. A listening node must do this for its peers: reference nodes leave a peer through which
 * they cannot be reached within half a minute. No method throws or waits; answers go out through `link.send`, and may do so
 * later. Source: spec 06 section 4.5, spec 07 section 5
 */
export interface MaximaHost {
  /** A greeting was accepted on the link: sends the location service or the key to be reached by. */
  greeted(link: MaximaLink): void
  /** MAXIMA_CTRL `id`: the peer wants messages for this key (DER) over this link. */
  keyClaimed(link: MaximaLink, key: Uint8Array): void
  /** MAXIMA_CTRL `mls`: the peer's location service, `Mx…` without host and port. */
  locationServiceTold(link: MaximaLink, text: string): void
  /** MAXIMA_TXPOW on any connection, greeted or not. `payload` is its wire form, which is forwarded unchanged. */
  deliver(link: MaximaLink, message: MaxTxPoW, payload: Uint8Array): void
  /** The link is gone. Also called for links that never greeted. */
  closed(link: MaximaLink): void
}
