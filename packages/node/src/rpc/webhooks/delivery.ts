import { setTimeout as delay } from 'node:timers/promises'

/** Events that wait for one receiver, and their characters; beyond either the oldest are dropped. */
export const QUEUE_MAX = 1000
export const QUEUE_LENGTH_MAX = 16 * 1024 * 1024
/** Time for one attempt. Milliseconds. */
export const ATTEMPT_TIME_MAX_MS = 10_000
/** Waits between attempts; after the last the event is dropped. Milliseconds. */
export const RETRY_DELAYS_MS: readonly number[] = [1000, 2000, 4000, 8000, 16_000, 32_000]

export interface DeliveryParts {
  /** Told of the first of several events that were given up, not of each. */
  readonly failed: (error: unknown) => void
  readonly retryDelaysMs?: readonly number[]
}

/** How it went with the events of one receiver, since the node started. */
export interface DeliveryCounts {
  readonly waiting: number
  readonly delivered: number
  /** Attempts that failed and were or will be repeated. */
  readonly retried: number
  /** Given up: after the last attempt, or because too many waited. */
  readonly dropped: number
}

/** One receiver of events: a queue of its own, so that a slow one holds up nobody else. */
export class Delivery {
  readonly url: string
  readonly #parts: DeliveryParts
  readonly #queue: string[] = []
  /** Characters in the queue. */
  #length = 0
  /** What is on its way. */
  #current: string | undefined
  readonly #stopped = new AbortController()
  #delivered = 0
  #retried = 0
  #dropped = 0
  /** The failure that was told; another one is told only after a success. */
  #hasTold = false

  constructor(url: string, parts: DeliveryParts) {
    this.url = url
    this.#parts = parts
  }

  get counts(): DeliveryCounts {
    const waiting = this.#queue.length + (this.#current === undefined ? 0 : 1)
    return { waiting, delivered: this.#delivered, retried: this.#retried, dropped: this.#dropped }
  }

  push(body: string): void {
    if (this.#stopped.signal.aborted) return
    this.#queue.push(body)
    this.#length += body.length
    while (this.#queue.length > QUEUE_MAX || this.#length > QUEUE_LENGTH_MAX) {
      this.#take()
      this.#drop(new TypeError(`webhook ${this.url} is too slow: ${this.#queue.length} events wait`))
    }
    if (this.#current === undefined) void this.#work()
  }

  /** @returns what was not delivered, oldest first; the first may have come all the same */
  stop(): readonly string[] {
    this.#stopped.abort()
    const left = [...(this.#current === undefined ? [] : [this.#current]), ...this.#queue.splice(0)]
    this.#length = 0
    this.#current = undefined
    return left
  }

  #take(): string | undefined {
    const body = this.#queue.shift()
    this.#length -= body?.length ?? 0
    return body
  }

  async #work(): Promise<void> {
    for (this.#current = this.#take(); this.#current !== undefined; this.#current = this.#take()) {
      try {
        await this.#deliver(this.#current)
        this.#delivered++
        this.#hasTold = false
      } catch (error) {
        if (this.#stopped.signal.aborted) return
        this.#drop(error)
      }
    }
  }

  #drop(error: unknown): void {
    this.#dropped++
    if (this.#hasTold) return
    this.#hasTold = true
    this.#parts.failed(error)
  }

  async #deliver(body: string): Promise<void> {
    const waits = this.#parts.retryDelaysMs ?? RETRY_DELAYS_MS
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#post(body)
      } catch (error) {
        const wait = waits[attempt]
        if (wait === undefined || this.#stopped.signal.aborted) throw error
        this.#retried++
        await delay(wait, undefined, { signal: this.#stopped.signal, ref: false })
      }
    }
  }

  async #post(body: string): Promise<void> {
    const response = await fetch(this.url, {
      method: 'POST',
      body,
      redirect: 'error',
      // What receivers written for the reference expect, although it is JSON.
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': 'Minima/1.0' },
      signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ATTEMPT_TIME_MAX_MS)]),
    })
    await response.body?.cancel()
    if (!response.ok) throw new TypeError(`webhook ${this.url} answered ${response.status}`)
  }
}
