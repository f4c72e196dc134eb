import { type Message, type MessageName, messageFrame } from '../wire/index.ts'
import type { Connection } from './connection.ts'
import type { ConnectionCounts } from './greeting.ts'

/** Bytes of half received messages, of peers that did not greet and of all. */
const HELD_UNGREETED_BYTES_MAX = 64 * 1024 * 1024
const HELD_BYTES_MAX = 512 * 1024 * 1024

/** The open connections: those that take part, what is said to several of them, and the memory that they take together. */
export class Connections {
  readonly #open = new Map<number, Connection>()
  readonly #heldBytesMax: number
  #heldBytes = 0

  constructor(heldBytesMax = HELD_BYTES_MAX) {
    this.#heldBytesMax = heldBytesMax
  }

  add(connection: Connection): void {
    this.#open.set(connection.id, connection)
  }

  /** @returns false when it was not there */
  remove({ id }: Connection): boolean {
    return this.#open.delete(id)
  }

  get(id: number): Connection | undefined {
    return this.#open.get(id)
  }

  /** A list of its own: connections may end while it is gone through. */
  all(): Connection[] {
    return [...this.#open.values()]
  }

  /** Those whose peer takes part. */
  greeted(): Connection[] {
    return this.all().filter(({ session }) => session.isGreeted)
  }

  counts(): ConnectionCounts {
    const greeted = this.greeted()
    const incoming = greeted.filter(({ session }) => session.role === 'incoming').length
    return { incoming, outgoing: greeted.length - incoming }
  }

  tell(id: number, message: Message): void {
    this.#open.get(id)?.tell(message)
  }

  /** Tells all peers that take part. */
  broadcast(message: Message): void {
    const frame = messageFrame(message)
    for (const connection of this.greeted()) connection.send(frame, true)
  }

  announce(name: Extract<MessageName, 'txpowId' | 'txblockId'>, value: Uint8Array): void {
    this.broadcast({ name, value })
  }

  /** The memory of half received messages is bounded over all connections; the one that goes over pays. */
  held(connection: Connection, change: number): void {
    this.#heldBytes += change
    const most = this.#heldBytesMax
    if (change <= 0 || this.#heldBytes <= Math.min(most, HELD_UNGREETED_BYTES_MAX)) return
    if (this.#heldBytes > most || (!connection.session.isGreeted && this.#heldUngreeted() > HELD_UNGREETED_BYTES_MAX)) {
      connection.close('memory')
    }
  }

  #heldUngreeted(): number {
    let bytes = 0
    for (const { session, heldBytes } of this.#open.values()) if (!session.isGreeted) bytes += heldBytes
    return bytes
  }
}
