import { toHex } from '@minipolis/minima'
import { BoundedMap } from '../peers/bounded-map.ts'
import { isInternal } from '../peers/peer-address.ts'
import { TokenBucket } from '../peers/token-bucket.ts'
import { type MaximaAddress, readMaximaAddress } from './address.ts'
import {
  CONTACT_KEY_LENGTH_MAX,
  type ContactCard,
  parseContactMessage,
  printContactMessage,
} from './contact-message.ts'
import { MaximaError } from './maxima-error.ts'
import { type Content, RESERVED } from './message.ts'
import { type Delivery, insistTaken } from './sender.ts'
import type { Contact, ContactHead, MaximaStore } from './store.ts'

/** Contacts kept. */
export const CONTACTS_MAX = 1000
/** Contacts that came uninvited are taken up to this number of all, so that the owner can always add some. */
export const CONTACTS_UNINVITED_MAX = 500
/** Keys that may become contacts while not everybody may; kept until the node stops, as in the reference. */
export const ALLOWED_MAX = 1000
/** Milliseconds for which a removed contact comes back only by an introduction. */
const REMOVED_MS = 10 * 60 * 1000
/** Cards that are answered. */
const ANSWER_RATE = { burst: 60, perSecond: 0.5 }
/** Ports that a contact may make this node call. */
const PORT_MIN = 1024

export interface ContactBookParts {
  readonly store: Pick<
    MaximaStore,
    'contacts' | 'contactHeads' | 'contactCount' | 'contact' | 'setContact' | 'deleteContact' | 'setting' | 'setSetting'
  >
  /** What this node says of itself now. @throws MaximaError `no-chain` */
  readonly card: () => Promise<ContactCard>
  readonly mainKey: () => Uint8Array
  readonly send: (
    address: MaximaAddress,
    content: Content,
    options?: { readonly isTrusted?: boolean; readonly signal?: AbortSignal },
  ) => Promise<Delivery>
  /** Does something later, again if need be; what waits under the same name is dropped. */
  readonly later: (name: string, work: (signal: AbortSignal) => Promise<void>) => void
  /** A contact was added, changed or removed. */
  readonly changed: () => void
  readonly now: () => number
  readonly allowInternal: boolean
}

/** The people and machines that this node exchanges messages with. Source: spec 07 section 6 */
export class ContactBook {
  readonly #parts: ContactBookParts
  readonly #answers: TokenBucket
  readonly #allowed = new Set<string>()
  readonly #removed = new BoundedMap<number>(CONTACTS_MAX)

  constructor(parts: ContactBookParts) {
    this.#parts = parts
    this.#answers = new TokenBucket(ANSWER_RATE, parts.now())
  }

  list(): Contact[] {
    return this.#parts.store.contacts()
  }

  /** All contacts, those heard from last first, without names and pictures. */
  heads(): ContactHead[] {
    return this.#parts.store.contactHeads()
  }

  get count(): number {
    return this.#parts.store.contactCount()
  }

  /** @param by `publicKey` in upper-case hex */
  find(by: { readonly id: number } | { readonly publicKey: string }): Contact | undefined {
    return this.#parts.store.contact(by)
  }

  /** Whether everybody may become a contact. */
  get isOpen(): boolean {
    return this.#parts.store.setting('contacts-open') !== 'false'
  }

  setOpen(isOpen: boolean): void {
    this.#parts.store.setSetting('contacts-open', String(isOpen))
  }

  /** Keys, upper-case hex, that may become contacts in any case. */
  get allowed(): readonly string[] {
    return [...this.#allowed]
  }

  /** @throws MaximaError `contacts-full` */
  allow(publicKey: string): void {
    if (this.#allowed.size >= ALLOWED_MAX) {
      throw new MaximaError('contacts-full', `${ALLOWED_MAX} keys are allowed already; clear them first`)
    }
    this.#allowed.add(publicKey)
  }

  clearAllowed(): void {
    this.#allowed.clear()
  }

  /**
   * Introduces this node to somebody, who answers with a card of its own some seconds later.
   *
   * @throws MaximaError `contacts-closed`, `contacts-full`, and those of sending
   */
  async add(address: MaximaAddress): Promise<Delivery> {
    return this.#parts.send(address, await this.introduction(), { isTrusted: true })
  }

  /** What introduces this node. @throws MaximaError `contacts-closed`, `contacts-full`, `no-chain` */
  async introduction(): Promise<Content> {
    if (!this.isOpen && this.#allowed.size === 0) {
      throw new MaximaError(
        'contacts-closed',
        'You have disabled adding contacts and have not allowed any public keys - use maxextra action:addallowed.. ',
      )
    }
    if (this.#parts.store.contactCount() >= CONTACTS_MAX) {
      throw new MaximaError('contacts-full', `Curently there is a limit of ${CONTACTS_MAX} contacts..`)
    }
    return this.#cardContent(true)
  }

  /** Forgets a contact and tells it so. @returns what was forgotten. @throws MaximaError `unknown-contact` */
  remove(id: number): Contact {
    const contact = this.#parts.store.contact({ id })
    if (contact === undefined) throw new MaximaError('unknown-contact', `no contact has the id ${id}`, { id })
    this.#parts.store.deleteContact(id)
    this.#removed.set(contact.publicKey, this.#parts.now())
    this.#parts.changed()
    const address = this.callable(contact.address)
    if (address !== undefined) {
      const data = printContactMessage({ kind: 'delete', publicKey: toHex(this.#parts.mainKey()) })
      this.#parts.later(`contact ${contact.publicKey}`, async (signal) => {
        insistTaken(await this.#parts.send(address, { application: RESERVED.contact, data }, { signal }), address)
      })
    }
    return contact
  }

  /** Sends a contact the present address and name of this node, soon. */
  update(publicKey: string): void {
    this.#parts.later(`contact ${publicKey}`, (signal) => this.#update(publicKey, signal))
  }

  /** Sends all contacts the present address and name of this node, soon. */
  updateAll(): void {
    for (const { publicKey } of this.heads()) this.update(publicKey)
  }

  /** A location service told where a contact is now. */
  moved(publicKey: string, address: string): void {
    const contact = this.#parts.store.contact({ publicKey })
    if (contact === undefined || this.callable(address) === undefined) return
    this.#parts.store.setContact({ ...contact, address })
    this.update(publicKey)
  }

  /** A contact message of a signer. @throws MaximaError `bad-contact` */
  received(from: Uint8Array, data: Uint8Array): void {
    const publicKey = toHex(from)
    const message = parseContactMessage(data)
    // Nobody can speak for another: the key inside must be the signer's.
    if (message.publicKey !== publicKey) return
    const known = this.#parts.store.contact({ publicKey })
    if (message.kind === 'delete') {
      if (known === undefined) return
      this.#parts.store.deleteContact(known.id)
      this.#parts.changed()
      return
    }
    const { card, isIntro } = message
    if (this.callable(card.address) === undefined) {
      throw new MaximaError('bad-contact', 'the contact gives an address that this node does not call')
    }
    if (known === undefined && !this.#mayBecomeContact(publicKey, isIntro)) return
    this.#parts.store.setContact({
      ...card,
      publicKey,
      myAddress: known?.myAddress ?? NO_ADDRESS,
      seenMs: this.#parts.now(),
    })
    this.#parts.changed()
    const wantsAnswer = isIntro || known === undefined
    // Strangers cannot make this node call address after address; who gets no answer gets one with the next round.
    if (wantsAnswer && this.#answers.tryTake(this.#parts.now())) this.update(publicKey)
  }

  /** The address as one that this node calls for strangers: not inside, and on no port of a system service. */
  callable(address: string): MaximaAddress | undefined {
    const parsed = readMaximaAddress(address)
    if (parsed === undefined || parsed.port < PORT_MIN) return undefined
    return isInternal(parsed.host) && !this.#parts.allowInternal ? undefined : parsed
  }

  #mayBecomeContact(publicKey: string, isIntro: boolean): boolean {
    if (publicKey.length > CONTACT_KEY_LENGTH_MAX) return false
    // A card that was under way when its sender was removed must not bring it back.
    if (!isIntro && this.#parts.now() - (this.#removed.get(publicKey) ?? 0) < REMOVED_MS) return false
    const count = this.#parts.store.contactCount()
    if (this.#allowed.has(publicKey)) return count < CONTACTS_MAX
    return this.isOpen && count < CONTACTS_UNINVITED_MAX
  }

  async #update(publicKey: string, signal: AbortSignal): Promise<void> {
    const contact = this.#parts.store.contact({ publicKey })
    const address = contact && this.callable(contact.address)
    if (contact === undefined || address === undefined) return
    const content = await this.#cardContent(false)
    // It may have changed meanwhile, or be gone.
    const present = this.#parts.store.contact({ publicKey })
    if (present === undefined) return
    this.#parts.store.setContact({ ...present, myAddress: content.address })
    this.#parts.changed()
    insistTaken(await this.#parts.send(address, content, { signal }), address)
  }

  async #cardContent(isIntro: boolean): Promise<{ application: string; data: Uint8Array; address: string }> {
    const card = await this.#parts.card()
    const data = printContactMessage({ kind: 'card', publicKey: toHex(this.#parts.mainKey()), isIntro, card })
    return { application: RESERVED.contact, data, address: card.address }
  }
}

/** What the reference shows before it has told a contact anything. */
const NO_ADDRESS = 'Mx00'
