import type { TxPoW } from '@minipolis/minima'
import type { BlockNode, ChainChange } from '../chain/index.ts'

export interface BlockRef {
  readonly number: number
  /** Hex. */
  readonly id: string
  /** Header time, milliseconds since 1970. */
  readonly timeMs: bigint
}

/**
 * - `block`: a block joined the main branch; one event per block, oldest first.
 * - `reorganised`: the blocks of another branch won; `from` is the old tip, `to` the new one. The `block` events of the branch
 *   that won follow.
 */
export type NodeEvent =
  | { readonly kind: 'block'; readonly block: BlockRef }
  | { readonly kind: 'reorganised'; readonly from: BlockRef; readonly to: BlockRef }

export type NodeListener = (event: NodeEvent) => void

/**
 * - `arrived`: a unit that was not known before came or was made here; a block may list it later.
 * - `mining`: the work on a unit begins or ends; only at the end it has its nonce.
 */
export type UnitEvent =
  | { readonly kind: 'arrived'; readonly txpow: TxPoW }
  | { readonly kind: 'mining'; readonly txpow: TxPoW; readonly isBeginning: boolean }

export type UnitListener = (event: UnitEvent) => void

export const blockRef = ({ number, hex, header }: BlockNode): BlockRef => ({
  number,
  id: hex,
  timeMs: header.time.toBigInt(),
})

export function eventsOf({ from, to, disconnected, connected }: ChainChange): NodeEvent[] {
  const blocks = connected.map((node): NodeEvent => ({ kind: 'block', block: blockRef(node) }))
  if (from === undefined || disconnected.length === 0) return blocks
  return [{ kind: 'reorganised', from: blockRef(from), to: blockRef(to) }, ...blocks]
}

/** Tells listeners in order, one event at a time, and never from inside the change itself. */
export class Announcer<E> {
  readonly #listeners = new Set<(event: E) => void>()
  readonly #failed: (error: unknown) => void

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** @returns stops the listening */
  add(listener: (event: E) => void): () => void {
    // A function of its own, so that the same listener can be added twice and removed once.
    const entry = (event: E): void => listener(event)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  announce(events: readonly E[]): void {
    if (this.#listeners.size === 0) return
    for (const event of events) queueMicrotask(() => this.#tell(event))
  }

  #tell(event: E): void {
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue
      try {
        listener(event)
      } catch (error) {
        this.#failed(error)
      }
    }
  }
}
