import { WireError } from './wire-error.ts'

/** Bytes of the length field. */
export const LENGTH_BYTES = 4
/** Largest content of a frame that the protocol knows: 256 MiB, type byte included. */
export const FRAME_CONTENT_MAX = 256 * 1024 * 1024

/** One message as it travels: int32 length, type byte, payload. Source: spec 06 section 1 */
export interface Frame {
  /** 0 to 255. */
  readonly type: number
  readonly payload: Uint8Array
}

/** @throws WireError `frame-length` */
export function encodeFrame({ type, payload }: Frame): Uint8Array {
  const length = payload.length + 1
  if (length > FRAME_CONTENT_MAX) {
    throw new WireError('frame-length', `a frame of ${length} bytes, at most ${FRAME_CONTENT_MAX}`, { length })
  }
  const bytes = new Uint8Array(LENGTH_BYTES + length)
  new DataView(bytes.buffer).setInt32(0, length)
  bytes[LENGTH_BYTES] = type
  bytes.set(payload, LENGTH_BYTES + 1)
  return bytes
}
