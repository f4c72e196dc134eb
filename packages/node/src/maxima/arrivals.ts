import { CodecError, decode, encode, fromUtf8, toHex } from '@minipolis/minima'
import type { MaximaLink } from '../peers/maxima-host.ts'
import { MAXIMA_STATUS } from '../wire/index.ts'
import type { ContactBook } from './contact-book.ts'
import { type ReceivedMessage, receivedMessage } from './events.ts'
import type { Hosts } from './hosts.ts'
import { LOCATION_ENTRY_BYTES_MAX, LocationAnswer, LocationEntry, LocationRequest } from './location-message.ts'
import type { LocationRegistry } from './location-registry.ts'
import { MaximaError } from './maxima-error.ts'
import { RECEIPT_APPLICATION, RESERVED } from './message.ts'
import type { Arrival } from './receiver.ts'

const MESSAGE_ID_BYTES = 32
const CHECK_BYTES_MAX = 200

export interface ArrivalsParts {
  readonly hosts: Hosts
  readonly contacts: ContactBook
  readonly registry: LocationRegistry
  /** Own main key, upper-case hex. */
  readonly ownKey: () => string
  /** Whether everybody may ask where this key is. */
  readonly isPermanent: (key: string) => boolean
  readonly receipt: (messageId: Uint8Array, from: string) => void
  /** Gives a message to the listeners. */
  readonly announce: (message: ReceivedMessage) => void
  /** The application had this message before, and its receipt was lost. */
  readonly acknowledgeAgain: (message: ReceivedMessage) => void
  readonly now: () => number
}

/** Handles messages for this node: what nodes tell each other here, the rest goes to applications. */
export class Arrivals {
  readonly #parts: ArrivalsParts

  constructor(parts: ArrivalsParts) {
    this.#parts = parts
  }

  /** @returns the data of the PING for the sender */
  handle(link: MaximaLink, arrival: Arrival): Uint8Array {
    const { application } = arrival.message
    try {
      if (application === RESERVED.locationGet) return this.#locationGet(arrival)
      if (!arrival.isRepeated) this.#handleNew(link, arrival)
      else if (arrival.isAcknowledged) this.#parts.acknowledgeAgain(received(arrival))
    } catch (error) {
      // Content that cannot be read is the sender's fault and changes nothing.
      if (!(error instanceof CodecError || error instanceof MaximaError)) throw error
      if (application === RESERVED.locationGet) return Uint8Array.of(MAXIMA_STATUS.unknown)
    }
    return Uint8Array.of(MAXIMA_STATUS.ok)
  }

  #handleNew(link: MaximaLink, arrival: Arrival): void {
    const { from, application, data } = arrival.message
    const sender = toHex(from)
    switch (application) {
      case RESERVED.contact:
        this.#parts.contacts.received(from, data)
        return
      case RESERVED.check:
        if (sender === this.#parts.ownKey() && data.length <= CHECK_BYTES_MAX) {
          this.#parts.hosts.checkArrived(link, fromUtf8(data))
        }
        return
      case RESERVED.locationSet:
        if (data.length <= LOCATION_ENTRY_BYTES_MAX) {
          this.#parts.registry.set(sender, decode(LocationEntry, data), this.#parts.now())
        }
        return
      case RECEIPT_APPLICATION:
        if (data.length === MESSAGE_ID_BYTES) this.#parts.receipt(data, sender)
        return
      default:
        this.#parts.announce(received(arrival))
    }
  }

  #locationGet({ message: { from, data } }: Arrival): Uint8Array {
    const { registry, isPermanent, now } = this.#parts
    const { key, random } = decode(LocationRequest, data)
    const address = registry.find(key, toHex(from), isPermanent(key), now())
    if (address === undefined) return Uint8Array.of(MAXIMA_STATUS.unknown)
    return encode(LocationAnswer, { key, address, random })
  }
}

const received = ({ message, id, wasSeen }: Arrival): ReceivedMessage => receivedMessage(message, id, wasSeen)
