import { type JsonText, jsonObject, jsonString } from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { Delivery, type DeliveryCounts, type DeliveryParts } from './delivery.ts'

/** Receivers that one node serves. */
export const WEBHOOKS_MAX = 64
const URL_LENGTH_MAX = 2048
const SETTING = 'webhooks'

/** An event: its name, and what it tells. */
export interface HookEvent {
  readonly name: string
  readonly data: JsonText
}

/**
 * Receivers of events, kept as the texts `filter#URL`. An event goes to those whose filter its name contains.
 * Where the reference tries once and one slow receiver stops them all, here each has a queue and several tries.
 */
export class Webhooks {
  readonly #node: RpcNode
  readonly #parts: DeliveryParts
  readonly #deliveries = new Map<string, Delivery>()

  constructor(node: RpcNode, parts: DeliveryParts) {
    this.#node = node
    this.#parts = parts
    for (const stored of readStored(node)) this.#open(stored)
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
    return this.list().some((stored) => name.includes(filterOf(stored)))
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
    this.stop()
    this.#save()
  }

  post({ name, data }: HookEvent): void {
    const body = jsonObject([
      ['event', jsonString(name)],
      ['data', data],
    ])
    for (const [stored, delivery] of this.#deliveries) if (name.includes(filterOf(stored))) delivery.push(body)
  }

  /** Gives up what still waits. */
  stop(): void {
    for (const delivery of this.#deliveries.values()) delivery.stop()
    this.#deliveries.clear()
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
