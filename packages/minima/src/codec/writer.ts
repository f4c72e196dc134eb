const FIRST_CAPACITY = 256
const encoder = new TextEncoder()

/** Appends to a growing buffer. */
export class Writer {
  private buffer: Uint8Array
  private view: DataView
  private length = 0

  constructor(capacity: number = FIRST_CAPACITY) {
    this.buffer = new Uint8Array(capacity)
    this.view = new DataView(this.buffer.buffer)
  }

  get size(): number {
    return this.length
  }

  private room(count: number): number {
    const at = this.length
    this.length = at + count
    if (this.length > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.length, this.buffer.length * 2))
      grown.set(this.buffer)
      this.buffer = grown
      this.view = new DataView(grown.buffer)
    }
    return at
  }

  u8(value: number): void {
    const at = this.room(1)
    this.buffer[at] = value
  }

  i16(value: number): void {
    const at = this.room(2)
    this.view.setInt16(at, value)
  }

  i32(value: number): void {
    const at = this.room(4)
    this.view.setInt32(at, value)
  }

  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length)
    this.buffer.set(bytes, at)
  }

  /** Well-formed text as UTF-8, its length in 4 bytes before it. */
  text(value: string): void {
    // A UTF-16 unit takes three bytes at most.
    const at = this.room(4 + value.length * 3)
    const { written } = encoder.encodeInto(value, this.buffer.subarray(at + 4))
    this.view.setInt32(at, written)
    this.length = at + 4 + written
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  /** What was written, without a copy: valid until the next write or `reset`. */
  view8(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  /** Starts over and keeps the buffer. */
  reset(): void {
    this.length = 0
  }
}
