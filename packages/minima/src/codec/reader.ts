import { CodecError } from './codec-error.ts'

/** Reads forward through bytes it does not own; byte strings are views, so keep a copy of what outlives the input. */
export class Reader {
  readonly bytes: Uint8Array
  private readonly view: DataView
  offset = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.bytes.length - this.offset
  }

  /** @throws CodecError `truncated` when fewer than `count` bytes are left */
  private take(count: number): number {
    const at = this.offset
    if (count > this.bytes.length - at) {
      throw new CodecError('truncated', `expected ${count} bytes, ${this.bytes.length - at} left`, at)
    }
    this.offset = at + count
    return at
  }

  u8(): number {
    return this.view.getUint8(this.take(1))
  }

  i8(): number {
    return this.view.getInt8(this.take(1))
  }

  i16(): number {
    return this.view.getInt16(this.take(2))
  }

  i32(): number {
    return this.view.getInt32(this.take(4))
  }

  /** A view of the next `count` bytes. */
  raw(count: number): Uint8Array {
    const at = this.take(count)
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, count)
  }

  fail(code: ConstructorParameters<typeof CodecError>[0], detail: string, offset = this.offset): CodecError {
    return new CodecError(code, detail, offset)
  }
}
