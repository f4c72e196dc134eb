/** Bytes of the length field at most. Source: MQTT 3.1.1 section 2.2.3. */
const LENGTH_BYTES_MAX = 4

/**
 * Watches the frames of a connection as they pass, so that a packet beyond the limit is noticed by its header: the broker
 * itself would gather it to the end, up to 256 MB.
 */
export class FrameGuard {
  readonly #bytesMax: number
  /** Bytes of the current frame still to come; before its length is known, 0. */
  #rest = 0
  /** Bytes of the length field read so far; -1 before the first byte of a frame. */
  #lengthBytes = -1
  #length = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether everything so far may pass. After a `false` the connection must end. */
  take(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest > 0) {
        const skip = Math.min(this.#rest, chunk.length - at)
        this.#rest -= skip
        at += skip
      } else if (!this.#takeHeader(chunk[at++]!)) return false
    }
    return true
  }

  #takeHeader(byte: number): boolean {
    if (this.#lengthBytes < 0) {
      this.#lengthBytes = 0
      this.#length = 0
      return true
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes
    this.#lengthBytes++
    if (byte & 0x80) return this.#lengthBytes < LENGTH_BYTES_MAX
    this.#lengthBytes = -1
    this.#rest = this.#length
    return this.#length <= this.#bytesMax
  }
}
