import type { MaximaAddress } from './address.ts'
import { MaximaError } from './maxima-error.ts'
import type { Content, MaximaMessage } from './message.ts'
import type { Delivery } from './sender.ts'
import type { MaximaStore, QueuedMessage } from './store.ts'

/** Messages kept until they are delivered. */
export const OUTBOX_MAX = 1000
/** Their data in all. */
export const OUTBOX_BYTES_MAX = 64 * 1024 * 1024
/** Milliseconds after which a message is given up: receivers refuse messages older than a day. */
export const OUTBOX_MS_MAX = 23 * 60 * 60 * 1000
/** Messages worked on at the same time. */
const PARALLEL = 8
/** Milliseconds before the second attempt; the wait doubles from there. */
export const RETRY_MS_MIN = 10_000
export const RETRY_MS_MAX = 10 * 60 * 1000
/** No timer is longer: a clock may be set. */
const SLEEP_MS_MAX = 60_000

/**
 * What became of a posted message.
 *
 * - `handed-over`: a node took it; with `wantsReceipt` it is still kept.
 * - `acknowledged`: the receiver's application has it.
 * - `expired`: it was given up.
 */
export type Outcome = 'handed-over' | 'acknowledged' | 'expired'

export interface OutboxParts {
  readonly store: MaximaStore
  readonly compose: (
    to: Uint8Array,
    content: Content,
    attempt: { readonly random?: Uint8Array; readonly timeMs?: number },
  ) => MaximaMessage
  readonly idOf: (message: MaximaMessage) => Uint8Array
  readonly send: (
    address: MaximaAddress,
    message: MaximaMessage,
    options: { readonly isTrusted: boolean },
  ) => Promise<Delivery>
  /** Where the message goes now; undefined when that is not known at the moment. */
  readonly addressOf: (message: QueuedMessage) => MaximaAddress | undefined
  /** An attempt failed: look for another address of the contact. */
  readonly looksElsewhere: (publicKey: string) => void
  readonly outcome: (queued: QueuedMessage, outcome: Outcome) => void
  readonly now: () => number
  readonly failed: (error: unknown) => void
}

/** Delivers messages that must arrive: kept over restarts, tried again over whatever address the contact has then. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #working = new Set<number>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = true

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  get length(): number {
    return this.#parts.store.queueLength()
  }

  start(): void {
    this.#isStopped = false
    this.#work()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** Keeps the message durably. @returns its number in the queue. @throws MaximaError `queue-full` */
  add(message: Omit<QueuedMessage, 'id' | 'attempts'>): number {
    const { store } = this.#parts
    if (store.queueLength() >= OUTBOX_MAX || store.queueBytes() + message.data.length > OUTBOX_BYTES_MAX) {
      throw new MaximaError('queue-full', 'the outbox is full; wait until messages are delivered', {
        messages: OUTBOX_MAX,
        bytes: OUTBOX_BYTES_MAX,
      })
    }
    const id = store.enqueue({ ...message, attempts: 0 })
    this.#work()
    return id
  }

  /** The receiver's application acknowledged a message. @param from main key of who says so, upper-case hex */
  acknowledged(messageId: Uint8Array, from: string): void {
    const queued = this.#parts.store.queuedAs(messageId)
    if (queued === undefined || ('contact' in queued.to && queued.to.contact !== from)) return
    this.#parts.store.dequeue(queued.id)
    this.#parts.outcome(queued, 'acknowledged')
  }

  #work(): void {
    if (this.#isStopped) return
    const { store, now } = this.#parts
    for (const queued of store.due(now(), PARALLEL + this.#working.size)) {
      if (this.#working.size >= PARALLEL) break
      if (this.#working.has(queued.id)) continue
      this.#working.add(queued.id)
      this.#attempt(queued)
        .catch(this.#parts.failed)
        .finally(() => {
          this.#working.delete(queued.id)
          this.#work()
        })
    }
    this.#sleep()
  }

  #sleep(): void {
    clearTimeout(this.#timer)
    const nextMs = this.#parts.store.nextDueMs()
    if (nextMs === undefined || this.#working.size >= PARALLEL) return
    // What is due now is being worked on; its end wakes this up.
    const waitMs = Math.max(1000, nextMs - this.#parts.now())
    this.#timer = setTimeout(() => this.#work(), Math.min(waitMs, SLEEP_MS_MAX)).unref()
  }

  async #attempt(queued: QueuedMessage): Promise<void> {
    const { store, now, outcome, looksElsewhere } = this.#parts
    if (now() >= queued.expiresMs) {
      store.dequeue(queued.id)
      outcome(queued, 'expired')
      return
    }
    const isTaken = await this.#send(queued)
    // The receipt may have come before the answer: then it is gone already.
    if (this.#isStopped || store.queued(queued.id) === undefined) return
    if (isTaken) {
      if (!queued.wantsReceipt) store.dequeue(queued.id)
      outcome(queued, 'handed-over')
      if (!queued.wantsReceipt) return
    } else if ('contact' in queued.to) looksElsewhere(queued.to.contact)
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(queued.attempts, 16))
    store.setAttempt(queued.id, { attempts: queued.attempts + 1, nextMs: now() + waitMs })
  }

  async #send(queued: QueuedMessage): Promise<boolean> {
    const { store, compose, idOf, send, addressOf } = this.#parts
    const address = addressOf(queued)
    if (address === undefined) return false
    const message = compose(address.key, queued, { random: queued.random, timeMs: queued.createdMs })
    store.addAttemptId(queued.id, idOf(message))
    try {
      const { status } = await send(address, message, { isTrusted: 'address' in queued.to })
      return status === 'ok'
    } catch (error) {
      if (error instanceof MaximaError) return false
      throw error
    }
  }
}
