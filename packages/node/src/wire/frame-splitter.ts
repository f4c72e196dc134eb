import { FRAME_CONTENT_MAX, type Frame, LENGTH_BYTES } from './frame.ts'
import { WireError } from './wire-error.ts'

const HEAD_BYTES = LENGTH_BYTES + 1
/** First buffer of a payload that is not there yet; it doubles as bytes arrive. */
const FIRST_CAPACITY = 4096

/** Largest content, type byte included, of a frame of this type. Asked when the type is known, before anything is kept. */
export type FrameLimit = (type: number) => number

/**
 * Cuts a byte stream into frames, however it was cut before. Memory follows what has arrived, never what a length announces:
 * the buffer of a partial payload is at most twice the bytes received.
 */
export class FrameSplitter {
  readonly #limit: FrameLimit
  readonly #input: Uint8Array[] = []
  #inputBytes = 0
  readonly #head = new Uint8Array(HEAD_BYTES)
  #headSize = 0
  #type = 0
  #payloadSize = 0
  #payload: Uint8Array | undefined
  #filled = 0

  constructor(limit: FrameLimit) {
    this.#limit = limit
  }

  /** Bytes of memory held for input that was not given out yet. */
  get heldBytes(): number {
    return this.#inputBytes + (this.#payload?.length ?? 0)
  }

  /** Whether a frame was begun and is not complete. */
  get isInFrame(): boolean {
    return this.#headSize > 0
  }

  /** Bytes that have come of the frame that was begun. */
  get frameBytes(): number {
    return this.#payload === undefined ? this.#headSize : HEAD_BYTES + this.#filled
  }

  /** Takes over the next bytes of the stream. Chunks are read by later calls of `next` and must not change until then. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#input.push(chunk)
    this.#inputBytes += chunk.length
  }

  /**
   * The next complete frame, with a payload of its own; `empty` for a frame without a type; undefined when bytes are missing.
   * After an error the stream cannot be read on.
   *
   * @throws WireError `frame-length`, `frame-too-large`
   */
  next(): Frame | 'empty' | undefined {
    if (this.#payload === undefined) {
      if (!this.#readHead()) return undefined
      if (this.#headSize === 0) return 'empty'
      const whole = this.#takeWhole()
      if (whole !== undefined) return this.#complete(whole)
      this.#payload = new Uint8Array(Math.min(this.#payloadSize, FIRST_CAPACITY))
    }
    while (this.#filled < this.#payloadSize) {
      const chunk = this.#input[0]
      if (chunk === undefined) return undefined
      this.#fill(chunk)
    }
    return this.#complete(this.#payload)
  }

  /** False when the head is not complete. A frame of length 0 leaves no head behind. */
  #readHead(): boolean {
    while (this.#headSize < HEAD_BYTES) {
      if (this.#headSize === LENGTH_BYTES && this.#checkLength() === 0) {
        this.#headSize = 0
        return true
      }
      const chunk = this.#input[0]
      if (chunk === undefined) return false
      this.#head[this.#headSize++] = chunk[0]!
      this.#drop(chunk, 1)
    }
    const length = this.#checkLength()
    this.#type = this.#head[LENGTH_BYTES]!
    const most = this.#limit(this.#type)
    if (length > most) {
      const detail = `a frame of type ${this.#type} with ${length} bytes, at most ${most}`
      throw new WireError('frame-too-large', detail, { type: this.#type, length })
    }
    this.#payloadSize = length - 1
    this.#filled = 0
    return true
  }

  #checkLength(): number {
    const length = new DataView(this.#head.buffer).getInt32(0)
    if (length < 0 || length > FRAME_CONTENT_MAX) {
      throw new WireError('frame-length', `a frame of ${length} bytes, at most ${FRAME_CONTENT_MAX}`, { length })
    }
    return length
  }

  /** The payload when the first chunk holds all of it: the normal case, one copy. */
  #takeWhole(): Uint8Array | undefined {
    if (this.#payloadSize === 0) return new Uint8Array(0)
    const chunk = this.#input[0]
    if (chunk === undefined || chunk.length < this.#payloadSize) return undefined
    const payload = new Uint8Array(chunk.subarray(0, this.#payloadSize))
    this.#drop(chunk, this.#payloadSize)
    return payload
  }

  #fill(chunk: Uint8Array): void {
    const count = Math.min(chunk.length, this.#payloadSize - this.#filled)
    let payload = this.#payload!
    if (this.#filled + count > payload.length) {
      const capacity = Math.max(this.#filled + count, payload.length * 2)
      const grown = new Uint8Array(Math.min(this.#payloadSize, capacity))
      grown.set(payload.subarray(0, this.#filled))
      payload = grown
      this.#payload = grown
    }
    payload.set(chunk.subarray(0, count), this.#filled)
    this.#filled += count
    this.#drop(chunk, count)
  }

  #drop(chunk: Uint8Array, count: number): void {
    this.#inputBytes -= count
    if (count === chunk.length) this.#input.shift()
    else this.#input[0] = chunk.subarray(count)
  }

  #complete(payload: Uint8Array): Frame {
    this.#headSize = 0
    this.#payload = undefined
    return { type: this.#type, payload }
  }
}
