import { type JsonText, jsonObject, jsonString } from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { Delivery, type DeliveryCounts, type DeliveryParts } from './delivery.ts'

/** Receivers that one node serves. */
export const WEBHOOKS_MAX = 64
const URL_LENGTH_MAX = 2048
const SETTING = 'webhooks'
/** Where events wait while the node does not run, and how many characters of them, for each receiver the same. */
const WAITING_SETTING = 'webhooks-waiting'
const WAITING_LENGTH_MAX = 16 * 1024 * 1024

/** An event: its name, and what it tells. */
export interface HookEvent {
  readonly name: string
  readonly data: JsonText
}

/**
 * Receivers of events, kept as the texts `filter#URL`. An event goes to those whose filter its name contains.
 * Where the reference tries once and one slow receiver stops them all, here each has a queue and several tries. What waits
 * outlives a stop, but not a kill.
 */
export class Webhooks {
  readonly #node: RpcNode
  readonly #parts: DeliveryParts
  readonly #deliveries = new Map<string, Delivery>()

  constructor(node: RpcNode, parts: DeliveryParts) {
    this.#node = node
    this.#parts = parts
    for (const stored of readStored(node)) this.#open(stored)
    this.#takeUp()
  }

  /** `filter#URL` each. */
  list(): string[] {
    return [...this.#deliveries.keys()]
  }

  /** How the deliveries went, by the texts of `list`. */
  counts(): [stored: string, counts: DeliveryCounts][] {
    return Array.from(this.#deliveries, ([stored, { counts }]) => [stored, counts])
  }

  /** Must an event be made at all? */
  wants(name: string): boolean {
    for (const stored of this.#deliveries.keys()) if (name.includes(filterOf(stored))) return true
    return false
  }

  get isEmpty(): boolean {
    return this.#deliveries.size === 0
  }

  /** @throws RpcError `bad-parameter`, `too-much` */
  add(filter: string, url: string): void {
    if (!isWebAddress(url)) throw new RpcError('bad-parameter', `hook must be an http or https address, not ${url}`)
    if (this.#deliveries.size >= WEBHOOKS_MAX)
      throw new RpcError('too-much', `${WEBHOOKS_MAX} webhooks are registered already`)
    this.#open(`${filter}#${url}`)
    this.#save()
  }

  /** @param stored as `list` shows it */
  remove(stored: string): void {
    this.#deliveries.get(stored)?.stop()
    this.#deliveries.delete(stored)
    this.#save()
  }

  clear(): void {
    this.#stopAll()
    this.#save()
  }

  post({ name, data }: HookEvent): void {
    const body = jsonObject([
      ['event', jsonString(name)],
      ['data', data],
    ])
    for (const [stored, delivery] of this.#deliveries) if (name.includes(filterOf(stored))) delivery.push(body)
  }

  /** Keeps what still waits for the next start. */
  stop(): void {
    const left = this.#stopAll().filter(([, bodies]) => bodies.length > 0)
    if (left.length === 0) return
    const share = WAITING_LENGTH_MAX / left.length
    const kept = left.map(([stored, bodies]) => [stored, newest(bodies, share)])
    try {
      this.#node.store.settings.set(WAITING_SETTING, JSON.stringify(kept))
    } catch (error) {
      this.#parts.failed(error)
    }
  }

  #stopAll(): [stored: string, left: readonly string[]][] {
    const left = Array.from(this.#deliveries, ([stored, delivery]): [string, readonly string[]] => [
      stored,
      delivery.stop(),
    ])
    this.#deliveries.clear()
    return left
  }

  #takeUp(): void {
    const { settings } = this.#node.store
    const text = settings.get(WAITING_SETTING)
    if (text === undefined) return
    settings.set(WAITING_SETTING, undefined)
    for (const [stored, bodies] of JSON.parse(text) as [string, string[]][]) {
      const delivery = this.#deliveries.get(stored)
      for (const body of bodies) delivery?.push(body)
    }
  }

  #open(stored: string): void {
    if (this.#deliveries.has(stored)) return
    const url = stored.slice(stored.indexOf('#') + 1)
    this.#deliveries.set(stored, new Delivery(url, this.#parts))
  }

  #save(): void {
    this.#node.store.settings.set(SETTING, JSON.stringify(this.list()))
  }
}

/** The newest texts that have so many characters together, oldest first. */
function newest(texts: readonly string[], lengthMax: number): readonly string[] {
  let from = texts.length
  for (let length = 0; from > 0; from--) {
    length += texts[from - 1]!.length
    if (length > lengthMax) break
  }
  return texts.slice(from)
}

const filterOf = (stored: string): string => stored.slice(0, stored.indexOf('#'))

function isWebAddress(text: string): boolean {
  if (text.length > URL_LENGTH_MAX || !URL.canParse(text)) return false
  return ['http:', 'https:'].includes(new URL(text).protocol)
}

function readStored({ store }: RpcNode): string[] {
  const text = store.settings.get(SETTING)
  const value: unknown = text === undefined ? [] : JSON.parse(text)
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}
