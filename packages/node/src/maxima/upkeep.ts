import { fromHex, utf8 } from '@minipolis/minima'
import { formatMaximaAddress, type MaximaAddress } from './address.ts'
import type { ContactBook } from './contact-book.ts'
import type { Errands } from './errands.ts'
import type { Hosts } from './hosts.ts'
import type { Locations } from './locations.ts'
import { type Content, RECEIPT_APPLICATION, RESERVED } from './message.ts'
import { SEEN_MS } from './receiver.ts'
import { type Delivery, insistTaken } from './sender.ts'
import type { MaximaStore } from './store.ts'

/** Milliseconds between looking after contacts and services, and until the first time. */
export const ROUND_MS = 20 * 60 * 1000
const FIRST_ROUND_MS = 3 * 60 * 1000
/** Milliseconds from looking for silent contacts until all are told of this node. */
const REFRESH_AFTER_MS = 60_000
/** A contact that was not heard from for so long is looked for at its location service. */
const SILENT_MS = 30 * 60 * 1000
/** Milliseconds until a route check is tried again while there is no chain to work on. */
const CHECK_AGAIN_MS = 10_000

export interface UpkeepParts {
  readonly contacts: ContactBook
  readonly hosts: Hosts
  readonly locations: Locations
  readonly errands: Errands
  readonly store: MaximaStore
  readonly hasChain: () => boolean
  /** Where this node is reached without a host. */
  readonly directAddress: () => MaximaAddress
  readonly send: (
    address: MaximaAddress,
    content: Content,
    options: { readonly signal: AbortSignal },
  ) => Promise<Delivery>
  readonly now: () => number
  readonly failed: (error: unknown) => void
}

/** Keeps others informed of where this node is, and this node of where its contacts are. Source: spec 07 sections 5.3, 6 and 7 */
export class Upkeep {
  readonly #parts: UpkeepParts
  #timer: NodeJS.Timeout | undefined

  constructor(parts: UpkeepParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setTimeout(() => this.#round(), FIRST_ROUND_MS).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Tells services and contacts where this node is. */
  refresh(): void {
    this.#register()
    this.#parts.contacts.updateAll()
  }

  /** Looks for contacts at their location services now, silent ones or all, and tells all contacts of this node a minute later. */
  lookAround(which: 'silent' | 'all'): void {
    const { contacts, errands, now } = this.#parts
    const silentMs = now() - SILENT_MS
    for (const { publicKey, seenMs } of contacts.heads()) {
      if (which === 'all' || seenMs < silentMs) this.find(publicKey)
    }
    errands.add('refresh', async () => this.refresh(), REFRESH_AFTER_MS)
  }

  /** Asks the location service of a contact where it is. */
  find(publicKey: string): void {
    const { contacts, errands, locations } = this.#parts
    errands.add(`find ${publicKey}`, async (signal) => {
      const contact = contacts.find({ publicKey })
      const service = contact && contacts.callable(contact.locationService)
      if (contact === undefined || service === undefined) return
      const { address } = await locations.lookUp(service, publicKey, signal)
      if (address !== contact.address) contacts.moved(publicKey, address)
    })
  }

  /** A host was gained or lost. */
  hostChanged(): void {
    const { contacts, hosts, directAddress } = this.#parts
    this.#register()
    // Contacts that were told an address which does not work any more.
    const working = new Set([...hosts.addresses(), directAddress()].map(formatMaximaAddress))
    for (const { publicKey, myAddress } of contacts.heads()) if (!working.has(myAddress)) contacts.update(publicKey)
  }

  /** Sends a message the long way round, to see whether it comes back. */
  checkRoute(address: MaximaAddress, text: string): void {
    const { errands, hasChain, send } = this.#parts
    const check = async (signal: AbortSignal): Promise<void> => {
      if (!hasChain()) {
        errands.add(`check ${text}`, check, CHECK_AGAIN_MS)
        return
      }
      insistTaken(await send(address, { application: RESERVED.check, data: utf8(text) }, { signal }), address)
    }
    errands.add(`check ${text}`, check)
  }

  /** Tells a contact that the application here has its message. @param id of the message, hex */
  sendReceipt(id: string, publicKey: string): void {
    const { errands, contacts, send } = this.#parts
    errands.add(`receipt ${id}`, async (signal) => {
      const contact = contacts.find({ publicKey })
      const address = contact && contacts.callable(contact.address)
      if (address === undefined) return
      insistTaken(await send(address, { application: RECEIPT_APPLICATION, data: fromHex(id) }, { signal }), address)
    })
  }

  #register(): void {
    const { errands, locations } = this.#parts
    for (const service of locations.services()) {
      errands.add(`register ${service}`, (signal) => locations.register(service, signal))
    }
  }

  #round(): void {
    const { hosts, store, now, failed } = this.#parts
    try {
      this.lookAround('silent')
      hosts.recheck()
      store.forgetSeen(now() - SEEN_MS)
    } catch (error) {
      failed(error)
    }
    this.#timer = setTimeout(() => this.#round(), ROUND_MS).unref()
  }
}
