import { encode, toHex, utf8 } from '@minipolis/minima'
import type { MaximaLink } from '../peers/maxima-host.ts'
import { isInternal } from '../peers/peer-address.ts'
import { MAXIMA_CTRL, MaximaCtrl } from '../wire/index.ts'
import { ADDRESS_LENGTH_MAX, formatMaximaAddress, type MaximaAddress } from './address.ts'
import { createMaximaKey } from './rsa.ts'
import type { MaximaStore, StoredHost } from './store.ts'

/** Milliseconds after which a peer that was not seen is no host any more. */
export const HOST_MS_MAX = 7 * 24 * 60 * 60 * 1000
/** Milliseconds that a route check may take. */
export const CHECK_MS_MAX = 30_000

export interface HostsParts {
  readonly store: Pick<MaximaStore, 'hosts' | 'setHost' | 'deleteHosts'>
  readonly now: () => number
  readonly allowInternal: boolean
  /** Sends a route check: a message to the address that says `text`. */
  readonly check: (address: MaximaAddress, text: string) => void
  /** Told when a host begins or ceases to work. */
  readonly changed: (host: string, isConnected: boolean) => void
  /** Told the address of the location service of a host that works. */
  readonly offered: (service: string) => void
}

/** A host as the commands show it. */
export interface HostView extends StoredHost {
  readonly isConnected: boolean
}

interface Route {
  readonly link: MaximaLink
  isWorking: boolean
  checkedMs: number
  answeredMs: number
}

const nameOf = ({ address: { host, port } }: MaximaLink): string => `${host}:${port}`

/**
 * The peers through which this node can be reached: each outgoing link is one, once a message sent to it the long way round
 * came back over the link. Source: spec 07 sections 5.2 and 5.3
 */
export class Hosts {
  readonly #parts: HostsParts
  readonly #hosts = new Map<string, StoredHost>()
  readonly #routes = new Map<MaximaLink, Route>()
  readonly #byKey = new Map<string, StoredHost>()
  readonly #services = new Map<MaximaLink, string>()
  #isStopped = false

  constructor(parts: HostsParts) {
    this.#parts = parts
    for (const host of parts.store.hosts()) this.#know(host)
  }

  /** An outgoing link was greeted: tells it a key and checks the route. */
  async greeted(link: MaximaLink): Promise<void> {
    if (isInternal(link.address.host) && !this.#parts.allowInternal) return
    this.#routes.set(link, { link, isWorking: false, checkedMs: 0, answeredMs: 0 })
    const name = nameOf(link)
    const made = this.#hosts.has(name) ? undefined : await createMaximaKey()
    if (!this.#routes.has(link)) return
    // Of two links to one host that began at the same time, the first key stays.
    const key = this.#hosts.get(name)?.key ?? made!
    const host = this.#keep({ address: name, key, seenMs: this.#parts.now() })
    announceKey(link, host)
    this.#check(link, host)
  }

  /** The peer's location service, `Mx…`. It may come before the greeting. */
  serviceTold(link: MaximaLink, text: string): void {
    if (text.length > ADDRESS_LENGTH_MAX || link.role !== 'outgoing') return
    this.#services.set(link, `${text}@${nameOf(link)}`)
    if (this.#routes.get(link)?.isWorking) this.#offer(link)
  }

  /** A route check of ours came back over a link. @param text as it was given to `check` */
  checkArrived(link: MaximaLink, text: string): void {
    const route = this.#routes.get(link)
    if (route === undefined) return
    // Of several links to one host, the check of one may come back over another: the host prefers one of them.
    const sent = [...this.#routes.values()].find((other) => other.link.id === text)
    const name = nameOf(link)
    for (const one of new Set([route, sent ?? route])) one.answeredMs = this.#parts.now()
    const wasConnected = this.isConnected(name)
    route.isWorking = true
    this.#touch(name)
    this.#offer(link)
    if (!wasConnected) this.#parts.changed(name, true)
  }

  closed(link: MaximaLink): void {
    this.#services.delete(link)
    const route = this.#routes.get(link)
    if (route === undefined) return
    this.#routes.delete(link)
    if (!route.isWorking) return
    const name = nameOf(link)
    this.#touch(name)
    if (!this.isConnected(name)) this.#parts.changed(name, false)
  }

  /** Checks every route again: a stranger may have claimed our key at a host. */
  recheck(): void {
    for (const [link, route] of this.#routes) {
      const host = this.#hosts.get(nameOf(link))
      if (host === undefined) continue
      const isLost = route.isWorking && route.checkedMs - route.answeredMs > CHECK_MS_MAX
      if (isLost) {
        route.isWorking = false
        if (!this.isConnected(host.address)) this.#parts.changed(host.address, false)
      }
      this.#check(link, host)
    }
    this.#forget(this.#parts.now() - HOST_MS_MAX)
  }

  /** Nothing is told or kept any more. */
  stop(): void {
    this.#routes.clear()
    this.#isStopped = true
  }

  /** Makes a new key for a host, so that addresses with the old one lead nowhere any more. */
  async renewKey(name: string): Promise<void> {
    const old = this.#hosts.get(name)
    if (old === undefined) return
    const key = await createMaximaKey()
    if (this.#isStopped) return
    this.#byKey.delete(toHex(old.key.publicKey))
    const host = this.#keep({ address: name, key, seenMs: this.#parts.now() })
    for (const link of this.#routes.keys()) if (nameOf(link) === name) announceKey(link, host)
  }

  isConnected(name: string): boolean {
    for (const { link, isWorking } of this.#routes.values()) if (isWorking && nameOf(link) === name) return true
    return false
  }

  /** Addresses by which this node is reached now. */
  addresses(): MaximaAddress[] {
    const names = new Set<string>()
    for (const { link, isWorking } of this.#routes.values()) if (isWorking) names.add(nameOf(link))
    return [...names].map((name) => addressOf(this.#hosts.get(name)!))
  }

  list(): HostView[] {
    return [...this.#hosts.values()].map((host) => ({ ...host, isConnected: this.isConnected(host.address) }))
  }

  /** The private key of a host key, given in upper-case hex. */
  privateKeyFor(publicKey: string): Uint8Array | undefined {
    return this.#byKey.get(publicKey)?.key.privateKey
  }

  #offer(link: MaximaLink): void {
    const service = this.#services.get(link)
    if (service !== undefined) this.#parts.offered(service)
  }

  #check(link: MaximaLink, host: StoredHost): void {
    const route = this.#routes.get(link)!
    route.checkedMs = this.#parts.now()
    this.#parts.check(addressOf(host), link.id)
  }

  #touch(name: string): void {
    const host = this.#hosts.get(name)
    if (host !== undefined) this.#keep({ ...host, seenMs: this.#parts.now() })
  }

  #keep(host: StoredHost): StoredHost {
    this.#parts.store.setHost(host)
    this.#know(host)
    return host
  }

  #know(host: StoredHost): void {
    this.#hosts.set(host.address, host)
    this.#byKey.set(toHex(host.key.publicKey), host)
  }

  #forget(seenBeforeMs: number): void {
    for (const { link } of this.#routes.values()) this.#touch(nameOf(link))
    this.#parts.store.deleteHosts(seenBeforeMs)
    for (const host of this.#hosts.values()) {
      if (host.seenMs >= seenBeforeMs) continue
      this.#hosts.delete(host.address)
      this.#byKey.delete(toHex(host.key.publicKey))
    }
  }
}

export function addressOf({ address, key }: StoredHost): MaximaAddress {
  const colon = address.lastIndexOf(':')
  return { key: key.publicKey, host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
}

export const hostAddressText = (host: StoredHost): string => formatMaximaAddress(addressOf(host))

function announceKey(link: MaximaLink, { key }: StoredHost): void {
  link.send('maximaCtrl', encode(MaximaCtrl, { kind: MAXIMA_CTRL.id, value: key.publicKey }))
}

/** Tells a client the key of this node's location service. */
export function announceService(link: MaximaLink, mxKey: string): void {
  link.send('maximaCtrl', encode(MaximaCtrl, { kind: MAXIMA_CTRL.mls, value: utf8(mxKey) }))
}
