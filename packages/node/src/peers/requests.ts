import { toHex } from '@minipolis/minima'
import { BoundedMap } from './bounded-map.ts'

/** Units that may be asked for at one time. */
const REQUESTS_MAX = 20_000
/** Milliseconds after which the next peer that has the unit is asked. */
export const REQUEST_MS = 1_500
/** Peers remembered beside the one that was asked. */
const OTHERS_MAX = 4

interface Request {
  readonly id: Uint8Array
  peer: number
  atMs: number
  readonly others: number[]
}

/**
 * Who was asked for what: a unit that many peers announce is fetched once, and from the next one when the first does not answer.
 * Peers are connection numbers.
 */
export class Requests {
  readonly #open = new BoundedMap<Request>(REQUESTS_MAX)

  get size(): number {
    return this.#open.size
  }

  /** @returns whether to ask this peer now */
  want(id: Uint8Array, peer: number, nowMs: number): boolean {
    const hex = toHex(id)
    const open = this.#open.get(hex)
    if (open === undefined) {
      this.#open.set(hex, { id, peer, atMs: nowMs, others: [] })
      return true
    }
    if (open.peer !== peer && !open.others.includes(peer) && open.others.length < OTHERS_MAX) open.others.push(peer)
    return false
  }

  /** The unit is there. */
  have(hex: string): void {
    this.#open.delete(hex)
  }

  /** A peer is gone: what it was asked for is due at once. */
  gone(peer: number): void {
    for (const [, request] of this.#open.entries()) {
      if (request.peer === peer) request.atMs = Number.NEGATIVE_INFINITY
    }
  }

  /** Units that did not come, each with the next peer to ask. Those that nobody else has are forgotten. */
  due(nowMs: number): { readonly id: Uint8Array; readonly peer: number }[] {
    const due: { readonly id: Uint8Array; readonly peer: number }[] = []
    for (const [hex, request] of [...this.#open.entries()]) {
      if (nowMs - request.atMs < REQUEST_MS) continue
      const next = request.others.shift()
      if (next === undefined) {
        this.#open.delete(hex)
        continue
      }
      request.peer = next
      request.atMs = nowMs
      due.push({ id: request.id, peer: next })
    }
    return due
  }
}
