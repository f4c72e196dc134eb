import type { ContactCard } from './contact-message.ts'
import type { MaximaKey } from './rsa.ts'

/** Texts that are kept by name. */
export type MaximaSetting =
  | 'name'
  | 'icon'
  /** Address of the location service, when it was chosen (milliseconds), and the one before. */
  | 'location-service'
  | 'location-service-since'
  | 'location-service-before'
  /** Address of the location service that the owner chose. */
  | 'location-service-fixed'
  /** `true` or `false`: whether everybody may become a contact. */
  | 'contacts-open'
  /** Main keys, hex, joined by blanks, that this location service tells to everybody. */
  | 'permanent-keys'

/** A peer through which this node can be reached, and the key used for it. */
export interface StoredHost {
  /** `host:port` as it was dialled. */
  readonly address: string
  readonly key: MaximaKey
  /** Milliseconds since 1970. */
  readonly seenMs: number
}

export interface Contact extends ContactCard {
  readonly id: number
  /** Main key, upper-case hex. */
  readonly publicKey: string
  /** The address of ours that it was told last. */
  readonly myAddress: string
  /** When it was heard from last. Milliseconds since 1970. */
  readonly seenMs: number
}

/** What is needed to keep in touch, without names and pictures. */
export type ContactHead = Pick<Contact, 'publicKey' | 'myAddress' | 'seenMs'>

/** A message that waits to be delivered. */
export interface QueuedMessage {
  readonly id: number
  /** A contact by main key, upper-case hex, or a fixed address. */
  readonly to: { readonly contact: string } | { readonly address: string }
  readonly application: string
  readonly data: Uint8Array
  /** 32 bytes, the same in every attempt: by it the receiver knows a message that it has already. */
  readonly random: Uint8Array
  readonly createdMs: number
  /** When it is given up. */
  readonly expiresMs: number
  readonly attempts: number
  /** When the next attempt is due. */
  readonly nextMs: number
  /** Keep it until the receiver's application acknowledges it. */
  readonly wantsReceipt: boolean
}

/** What messaging remembers. Every write is durable when the call returns. */
export interface MaximaStore {
  setting(name: MaximaSetting): string | undefined
  setSetting(name: MaximaSetting, value: string): void

  key(name: 'main' | 'location'): MaximaKey | undefined
  setKey(name: 'main' | 'location', key: MaximaKey): void

  hosts(): StoredHost[]
  /** Adds the host or changes it. */
  setHost(host: StoredHost): void
  /** Hosts not seen since then are forgotten. */
  deleteHosts(seenBeforeMs: number): void

  contacts(): Contact[]
  /** All contacts, those heard from last first. */
  contactHeads(): ContactHead[]
  contactCount(): number
  contact(by: { readonly id: number } | { readonly publicKey: string }): Contact | undefined
  /** Adds the contact or changes the one with its key. */
  setContact(contact: Omit<Contact, 'id'>): void
  deleteContact(id: number): void

  /** @returns its id */
  enqueue(message: Omit<QueuedMessage, 'id'>): number
  queueLength(): number
  /** Bytes of data of all queued messages. */
  queueBytes(): number
  /** Messages whose next attempt is due, longest due first. */
  due(nowMs: number, most: number): QueuedMessage[]
  /** When the next attempt of any is due. */
  nextDueMs(): number | undefined
  queued(id: number): QueuedMessage | undefined
  setAttempt(id: number, attempt: { readonly attempts: number; readonly nextMs: number }): void
  /** Notes under which message id an attempt went out. */
  addAttemptId(id: number, messageId: Uint8Array): void
  /** The queued message that went out under this message id. */
  queuedAs(messageId: Uint8Array): QueuedMessage | undefined
  dequeue(id: number): void

  /** Undefined for a message that did not come before; else whether it was acknowledged. */
  seen(mark: Uint8Array): { readonly isAcknowledged: boolean } | undefined
  addSeen(mark: Uint8Array, nowMs: number): void
  acknowledge(mark: Uint8Array): void
  forgetSeen(beforeMs: number): void
}
