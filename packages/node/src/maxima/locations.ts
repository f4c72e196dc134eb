import { decode, encode, MinipolisError, toHex } from '@minipolis/minima'
import {
  ADDRESS_LENGTH_MAX,
  formatMaximaAddress,
  type MaximaAddress,
  parseMaximaAddress,
  readMaximaAddress,
} from './address.ts'
import { LOCATION_ENTRY_BYTES_MAX, LocationAnswer, LocationEntry, LocationRequest } from './location-message.ts'
import { MaximaError } from './maxima-error.ts'
import { type Content, RESERVED } from './message.ts'
import { type Delivery, insistTaken } from './sender.ts'
import type { MaximaStore } from './store.ts'

/** Milliseconds after which another location service may be chosen. */
export const SERVICE_MS_MIN = 12 * 60 * 60 * 1000
const RANDOM_BYTES = 32
const LENGTH_BYTES = 4

export interface LocationsParts {
  readonly store: Pick<MaximaStore, 'setting' | 'setSetting' | 'contactHeads'>
  /** This node's own location service. */
  readonly ownService: () => MaximaAddress
  /** Where this node is now. */
  readonly ownAddress: () => MaximaAddress
  readonly send: (
    address: MaximaAddress,
    content: Content,
    how?: { readonly signal?: AbortSignal },
  ) => Promise<Delivery>
  /** Registers at this node's own service. */
  readonly registerHere: (entry: LocationEntry) => void
  readonly random: (size: number) => Uint8Array
  readonly now: () => number
}

/** The location services of others that this node uses. Source: spec 07 section 7 */
export class Locations {
  readonly #parts: LocationsParts

  constructor(parts: LocationsParts) {
    this.#parts = parts
  }

  /** Whether the owner chose the service. */
  get isFixed(): boolean {
    return (this.#parts.store.setting('location-service-fixed') ?? '') !== ''
  }

  /** Where others can ask for this node: the fixed service, the chosen one, else the own. */
  service(): string {
    const { store } = this.#parts
    const chosen = store.setting('location-service-fixed') || store.setting('location-service')
    return chosen || formatMaximaAddress(this.#parts.ownService())
  }

  /** @param address undefined to go back to chosen ones. @throws MaximaError `bad-address` */
  fix(address: string | undefined): void {
    if (address !== undefined) parseMaximaAddress(address)
    this.#parts.store.setSetting('location-service-fixed', address ?? '')
  }

  /** A peer through which this node is reached offers its service: taken when there is none, or the present one is old. */
  offer(address: string): void {
    const { store, now } = this.#parts
    if (readMaximaAddress(address) === undefined) return
    const present = store.setting('location-service') ?? ''
    const sinceMs = Number(store.setting('location-service-since') ?? 0)
    if (present === address || (present !== '' && now() - sinceMs <= SERVICE_MS_MIN)) return
    store.setSetting('location-service-before', present)
    store.setSetting('location-service', address)
    store.setSetting('location-service-since', String(now()))
  }

  /** The services at which this node is registered: the present one and the one before. */
  services(): string[] {
    const before = this.isFixed ? '' : (this.#parts.store.setting('location-service-before') ?? '')
    return [...new Set([this.service(), before])].filter((service) => service !== '')
  }

  /** Tells a service where this node is and that its contacts may ask. @throws MaximaError of sending */
  async register(service: string, signal?: AbortSignal): Promise<void> {
    const address = parseMaximaAddress(service)
    const entry: LocationEntry = {
      address: formatMaximaAddress(this.#parts.ownAddress()),
      allowed: this.#allowedKeys(),
    }
    if (toHex(address.key) === toHex(this.#parts.ownService().key)) {
      this.#parts.registerHere(entry)
      return
    }
    const content = { application: RESERVED.locationSet, data: encode(LocationEntry, entry) }
    insistTaken(await this.#parts.send(address, content, signal && { signal }), address)
  }

  /** Keys of the contacts, as many as one message can carry: those heard from last. */
  #allowedKeys(): string[] {
    let room = LOCATION_ENTRY_BYTES_MAX - ADDRESS_LENGTH_MAX
    const keys: string[] = []
    for (const { publicKey } of this.#parts.store.contactHeads()) {
      room -= LENGTH_BYTES + publicKey.length
      if (room < 0) break
      keys.push(publicKey)
    }
    return keys
  }

  /**
   * Asks a service where somebody is.
   *
   * @param key main key, upper-case hex
   * @throws MaximaError `lookup-failed`, and those of sending
   */
  async lookUp(service: MaximaAddress, key: string, signal?: AbortSignal): Promise<LocationAnswer> {
    const request: LocationRequest = { key, random: toHex(this.#parts.random(RANDOM_BYTES)) }
    const content = { application: RESERVED.locationGet, data: encode(LocationRequest, request) }
    const { answer } = await this.#parts.send(service, content, signal && { signal })
    const found = answer.length > 1 ? readAnswer(answer) : undefined
    if (
      found !== undefined &&
      found.random === request.random &&
      found.key === key &&
      readMaximaAddress(found.address)
    ) {
      return found
    }
    throw new MaximaError('lookup-failed', 'the location service knows no address, or does not tell it to this node')
  }
}

function readAnswer(bytes: Uint8Array): LocationAnswer | undefined {
  try {
    return decode(LocationAnswer, bytes)
  } catch (error) {
    if (error instanceof MinipolisError) return undefined
    throw error
  }
}
