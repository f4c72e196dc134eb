import { HASH_SIZE } from './log-store.ts'

/** Hashes in their order; an array of them is one, too. */
export interface Hashes extends Iterable<Uint8Array> {
  readonly length: number
}

/**
 * Hashes side by side in one piece of memory. Each as an array of its own would take eight times as much, and an import keeps
 * tens of thousands of them alive at any time. Iterating gives views, not copies.
 */
export class HashList implements Hashes {
  readonly length: number
  readonly #bytes: Uint8Array

  private constructor(length: number) {
    this.length = length
    this.#bytes = new Uint8Array(length * HASH_SIZE)
  }

  /** @param hashOf gives the hash at a position; asked once for each, in their order */
  static from(length: number, hashOf: (at: number) => Uint8Array): HashList {
    const list = new HashList(length)
    for (let at = 0; at < length; at++) list.#bytes.set(hashOf(at), at * HASH_SIZE)
    return list
  }

  *[Symbol.iterator](): Iterator<Uint8Array> {
    for (let at = 0; at < this.#bytes.length; at += HASH_SIZE) yield this.#bytes.subarray(at, at + HASH_SIZE)
  }
}

/** The hashes of several lists, one list after the other. */
export const chained = (lists: readonly Hashes[]): Hashes => ({
  length: lists.reduce((sum, { length }) => sum + length, 0),
  *[Symbol.iterator]() {
    for (const list of lists) yield* list
  },
})
