import { data as dataCodec, encode, factsOf, formatMxAddress, type TxPoW } from '@minipolis/minima'
import type { MaximaHost, MaximaLink } from '../peers/maxima-host.ts'
import { MAXIMA_STATUS, type MaxTxPoW } from '../wire/index.ts'
import type { Arrivals } from './arrivals.ts'
import { announceService, type Hosts } from './hosts.ts'
import { KeyClaims } from './key-claims.ts'
import type { Receiver } from './receiver.ts'

export interface PostOfficeParts {
  readonly hosts: Hosts
  readonly receiver: Receiver
  readonly arrivals: Arrivals
  /** Public key of this node's location service; undefined while messaging does not run. */
  readonly serviceKey: () => Uint8Array | undefined
  readonly foundBlock: (txpow: TxPoW, by: 'others') => void
  readonly failed: (error: unknown) => void
}

/**
 * What this node is to its peers: some are reached through it, through others it is reached itself, and from all come messages.
 * Source: spec 07 section 5
 */
export class PostOffice implements MaximaHost {
  readonly #parts: PostOfficeParts
  readonly #claims = new KeyClaims()

  constructor(parts: PostOfficeParts) {
    this.#parts = parts
  }

  greeted(link: MaximaLink): void {
    const { serviceKey, hosts, failed } = this.#parts
    const key = serviceKey()
    if (key === undefined) return
    if (link.role === 'incoming') announceService(link, formatMxAddress(key))
    else hosts.greeted(link).catch(failed)
  }

  keyClaimed(link: MaximaLink, key: Uint8Array): void {
    this.#claims.claim(link, key)
  }

  locationServiceTold(link: MaximaLink, text: string): void {
    this.#parts.hosts.serviceTold(link, text)
  }

  deliver(link: MaximaLink, message: MaxTxPoW, payload: Uint8Array): void {
    if (this.#parts.serviceKey() === undefined) return
    let answer: Uint8Array
    try {
      answer = this.#deliver(link, message, payload)
    } catch (error) {
      this.#parts.failed(error)
      answer = Uint8Array.of(MAXIMA_STATUS.fail)
    }
    link.send('ping', encode(dataCodec, answer))
  }

  closed(link: MaximaLink): void {
    this.#claims.release(link)
    this.#parts.hosts.closed(link)
  }

  /** @returns the data of the PING for the sender */
  #deliver(link: MaximaLink, message: MaxTxPoW, payload: Uint8Array): Uint8Array {
    const { receiver, arrivals, foundBlock } = this.#parts
    const judgement = receiver.judge(message)
    if (judgement.kind === 'refused') return Uint8Array.of(judgement.status)
    if (factsOf(message.txpow).isBlock) foundBlock(message.txpow, 'others')
    if (judgement.kind === 'arrived') return arrivals.handle(link, judgement.arrival)
    const client = this.#claims.linkFor(judgement.to)
    const isQueued = client?.send('maximaTxPoW', payload) === true
    return Uint8Array.of(isQueued ? MAXIMA_STATUS.ok : MAXIMA_STATUS.unknown)
  }
}
