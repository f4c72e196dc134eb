import { readSync } from 'node:fs'
import { type Codec, CodecError, Reader } from '@minipolis/minima'
import { MegaMMRError } from './mega-mmr-error.ts'

/** Bytes in memory: objects are read from what is there, and more is fetched when less than the largest is left. */
const WINDOW_BYTES = 4 * 1024 * 1024
/** Bytes of the largest object: a coin with the most state that the network relays, many times over. */
export const OBJECT_BYTES_MAX = 1024 * 1024

/** Reads one object after the other from a file that need not fit into memory. */
export class FileWindow {
  readonly #descriptor: number
  readonly #size: number
  #bytes = new Uint8Array()
  /** Where the window begins in the file. */
  #start = 0
  /** Where the next object begins in the window. */
  #at = 0

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor
    this.#size = size
  }

  /** Bytes that were not read yet. */
  get remaining(): number {
    return this.#size - this.#start - this.#at
  }

  /** The next object; byte strings in it are views that stay. @throws MegaMMRError `file-damaged` */
  read<T>(codec: Codec<T>): T {
    const isLast = this.#start + this.#bytes.length >= this.#size
    if (!isLast && this.#bytes.length - this.#at < OBJECT_BYTES_MAX) this.#move(WINDOW_BYTES)
    const reader = new Reader(this.#bytes.subarray(this.#at, this.#at + OBJECT_BYTES_MAX))
    try {
      const value = codec.read(reader)
      this.#at += reader.offset
      return value
    } catch (cause) {
      if (!(cause instanceof CodecError)) throw cause
      const place = this.#start + this.#at
      throw new MegaMMRError(
        'file-damaged',
        `the file is damaged at byte ${place}: ${cause.message}`,
        { place },
        { cause },
      )
    }
  }

  /** All that is left. @throws MegaMMRError `file-damaged` for more than `bytesMax` */
  rest(bytesMax: number): Uint8Array {
    if (this.remaining > bytesMax) {
      throw new MegaMMRError('file-damaged', `${this.remaining} bytes follow the coins, at most ${bytesMax} are read`)
    }
    this.#move(this.remaining)
    this.#at = this.#bytes.length
    return this.#bytes
  }

  /** Begins the window at the next object. */
  #move(size: number): void {
    this.#start += this.#at
    this.#at = 0
    const bytes = new Uint8Array(Math.max(0, Math.min(size, this.#size - this.#start)))
    let filled = 0
    while (filled < bytes.length) {
      const read = readSync(this.#descriptor, bytes, filled, bytes.length - filled, this.#start + filled)
      if (read === 0) break
      filled += read
    }
    this.#bytes = bytes.subarray(0, filled)
  }
}
