import { toHex } from '@minipolis/minima'
import type { MaximaMessage } from './message.ts'
import type { Outcome } from './outbox.ts'

/** A message for an application. Hex texts are upper case with `0x`. */
export interface ReceivedMessage {
  /** Names the message. */
  readonly id: string
  /** Main key of the sender, proved by its signature. The fields below are the sender's claims. */
  readonly from: string
  /** Our key that it was sealed for. */
  readonly to: string
  /** Milliseconds since 1970; at most a day away from our clock. */
  readonly timeMs: bigint
  readonly random: string
  readonly application: string
  readonly data: Uint8Array
  /** It came before this node was started and was not acknowledged: an application may have worked on it or not. */
  readonly wasSeen: boolean
}

/** @param id of the message, 32 bytes */
export const receivedMessage = (message: MaximaMessage, id: Uint8Array, wasSeen = false): ReceivedMessage => ({
  id: toHex(id),
  from: toHex(message.from),
  to: toHex(message.to),
  timeMs: message.time.toBigInt(),
  random: toHex(message.random),
  application: message.application,
  data: message.data,
  wasSeen,
})

/**
 * - `message`: a message for an application.
 * - `host`: a peer through which this node can be reached was gained or lost.
 * - `contacts`: a contact was added, changed or removed.
 * - `posted`: what became of a posted message; `id` is its number in the queue.
 */
export type MaximaEvent =
  | { readonly kind: 'message'; readonly message: ReceivedMessage }
  | { readonly kind: 'host'; readonly host: string; readonly isConnected: boolean }
  | { readonly kind: 'contacts' }
  | { readonly kind: 'posted'; readonly id: number; readonly outcome: Outcome }

export type MaximaListener = (event: MaximaEvent) => void

/** Tells listeners in order and never from inside the change itself. */
export class MaximaEvents {
  readonly #listeners = new Set<MaximaListener>()
  readonly #failed: (error: unknown) => void

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** @returns stops the listening */
  add(listener: MaximaListener): () => void {
    const entry: MaximaListener = (event) => listener(event)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  announce(event: MaximaEvent): void {
    queueMicrotask(() => {
      for (const listener of [...this.#listeners]) {
        try {
          listener(event)
        } catch (error) {
          this.#failed(error)
        }
      }
    })
  }
}
