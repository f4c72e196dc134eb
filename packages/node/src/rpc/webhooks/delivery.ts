import { setTimeout as delay } from 'node:timers/promises'

/** Events that wait for one receiver; beyond it the oldest are dropped. */
export const QUEUE_MAX = 1000
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
  readonly #stopped = new AbortController()
  #working: Promise<void> | undefined
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
    const waiting = this.#queue.length + (this.#working === undefined ? 0 : 1)
    return { waiting, delivered: this.#delivered, retried: this.#retried, dropped: this.#dropped }
  }

  push(body: string): void {
    if (this.#stopped.signal.aborted) return
    if (this.#queue.length >= QUEUE_MAX) {
      this.#queue.shift()
      this.#drop(new TypeError(`webhook ${this.url} is too slow: ${QUEUE_MAX} events wait`))
    }
    this.#queue.push(body)
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  stop(): void {
    this.#stopped.abort()
    this.#queue.length = 0
  }

  async #work(): Promise<void> {
    for (let body = this.#queue.shift(); body !== undefined; body = this.#queue.shift()) {
      try {
        await this.#deliver(body)
        this.#delivered++
        this.#hasTold = false
      } catch (error) {
        if (!this.#stopped.signal.aborted) this.#drop(error)
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
