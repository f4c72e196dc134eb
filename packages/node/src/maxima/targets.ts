import { toHex } from '@minipolis/minima'
import {
  formatMaximaAddress,
  type MaximaAddress,
  PERMANENT_START,
  parseMaximaAddress,
  parsePermanentAddress,
  readMaximaAddress,
} from './address.ts'
import type { ContactBook } from './contact-book.ts'
import type { Locations } from './locations.ts'
import { MaximaError } from './maxima-error.ts'
import type { Contact, QueuedMessage } from './store.ts'

/** Whom to send to: a contact by number or main key (`0x…`), this node's own key, or an address `Mx…@host:port` or `MAX#…`. */
export type MaximaTarget = { readonly contact: number } | { readonly publicKey: string } | { readonly address: string }

/** Whether the owner gave the address itself, which may then be an internal one. */
export const isOwnersAddress = (target: MaximaTarget): boolean =>
  'address' in target && !target.address.startsWith(PERMANENT_START)

export interface TargetsParts {
  readonly contacts: ContactBook
  readonly locations: Locations
  /** Own main key, upper-case hex. */
  readonly ownKey: () => string
  /** Where this node is reached. */
  readonly ownAddress: () => MaximaAddress
}

/** Finds out where to send to. */
export class Targets {
  readonly #parts: TargetsParts

  constructor(parts: TargetsParts) {
    this.#parts = parts
  }

  /** @throws MaximaError `unknown-contact`, `bad-address`, `lookup-failed`, and those of sending */
  async resolve(target: MaximaTarget, signal?: AbortSignal): Promise<MaximaAddress> {
    if ('address' in target) {
      if (!target.address.startsWith(PERMANENT_START)) return parseMaximaAddress(target.address)
      const { key, service } = parsePermanentAddress(target.address)
      return parseMaximaAddress((await this.#parts.locations.lookUp(service, toHex(key), signal)).address)
    }
    if (this.#isOwn(target)) return this.#parts.ownAddress()
    return parseMaximaAddress(this.#contact(target).address)
  }

  /** The form in which a target is kept: a contact may be elsewhere when the message goes out. */
  queued(target: MaximaTarget): QueuedMessage['to'] {
    if ('address' in target) return { address: formatMaximaAddress(parseMaximaAddress(target.address)) }
    return { contact: this.#isOwn(target) ? this.#parts.ownKey() : this.#contact(target).publicKey }
  }

  /** Where a kept target is now; undefined when the contact is gone or its address must not be called. */
  addressOf(to: QueuedMessage['to']): MaximaAddress | undefined {
    if ('address' in to) return readMaximaAddress(to.address)
    if (to.contact === this.#parts.ownKey()) return this.#parts.ownAddress()
    const contact = this.#parts.contacts.find({ publicKey: to.contact })
    return contact && this.#parts.contacts.callable(contact.address)
  }

  #isOwn(target: MaximaTarget): boolean {
    return 'publicKey' in target && target.publicKey === this.#parts.ownKey()
  }

  #contact(target: { readonly contact: number } | { readonly publicKey: string }): Contact {
    const contact = this.#parts.contacts.find('contact' in target ? { id: target.contact } : target)
    if (contact !== undefined) return contact
    const name = 'contact' in target ? `ID : ${target.contact}` : `publickey : ${target.publicKey}`
    throw new MaximaError('unknown-contact', `No Contact found for ${name}`)
  }
}
