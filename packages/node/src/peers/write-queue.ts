import type { Socket } from 'node:net'

/** Bytes handed to the socket at a time. It tells only of whole ones that they are gone. */
const PIECE_BYTES = 64 * 1024
/** Messages that are gone before their places are given back. */
const SPENT_MAX = 1024

/**
 * What waits to be sent on a socket. It gets large messages in pieces, so that a peer on a slow line is seen to read while a
 * chain of many megabytes is on its way.
 */
export class WriteQueue {
  readonly #socket: Socket
  #waiting: Uint8Array[] = []
  /** Messages of `#waiting` that are gone. */
  #spent = 0
  #waitingBytes = 0
  #pushedBytes = 0
  #isFull = false

  /** @param drained told each time that the socket has taken what it was given */
  constructor(socket: Socket, drained: () => void) {
    this.#socket = socket
    socket.on('drain', () => {
      this.#isFull = false
      this.#flush()
      drained()
    })
  }

  /** Bytes that the network has not taken. */
  get bytes(): number {
    return this.#waitingBytes + this.#socket.writableLength
  }

  /** Bytes that the network took since the beginning. */
  get sentBytes(): number {
    return this.#pushedBytes - this.bytes
  }

  push(message: Uint8Array): void {
    this.#waiting.push(message)
    this.#waitingBytes += message.length
    this.#pushedBytes += message.length
    this.#flush()
  }

  #flush(): void {
    while (!this.#isFull) {
      const message = this.#waiting[this.#spent]
      if (message === undefined) break
      const piece = message.subarray(0, PIECE_BYTES)
      if (piece.length < message.length) this.#waiting[this.#spent] = message.subarray(PIECE_BYTES)
      else this.#spent++
      this.#waitingBytes -= piece.length
      this.#isFull = !this.#socket.write(piece)
    }
    if (this.#spent < Math.min(SPENT_MAX, this.#waiting.length)) return
    this.#waiting = this.#waiting.slice(this.#spent)
    this.#spent = 0
  }
}
