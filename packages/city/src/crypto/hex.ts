import { MinipolisError } from '@minipolis/minima'

/** `text-form`: text that is not the one lower-case hex or padded base64 form of its bytes. */
export class TextFormError extends MinipolisError<'text-form'> {}

/** Lower-case hex without prefix, as all SHA-256 hashes and Ed25519 keys are written. */
export const toLowerHex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += DIGITS[byte]
  return text
}

/**
 * Reads lower-case hex.
 *
 * @param size the number of bytes expected, when known.
 * @throws TextFormError `text-form`
 */
export function fromLowerHex(text: string, size?: number): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text) || (size !== undefined && text.length !== size * 2)) {
    throw new TextFormError('text-form', `expected ${size === undefined ? '' : `${size * 2} digits of `}lower-case hex`)
  }
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16)
  return bytes
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
