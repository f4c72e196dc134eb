import { TextFormError } from './hex.ts'

/** Standard base64 with padding (RFC 4648 section 4), in Node.js and in browsers alike. */
export const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (let i = 0; i < bytes.length; i += CHUNK) binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK))
  return btoa(binary)
}

/**
 * Reads standard base64 strictly: padding is required, blanks and stray low bits are refused, so bytes have one text.
 *
 * @param size the number of bytes expected, when known.
 * @throws TextFormError `text-form`
 */
export function fromBase64(text: string, size?: number): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    throw new TextFormError('text-form', 'expected base64')
  }
  if (btoa(binary) !== text) throw new TextFormError('text-form', 'expected base64 with padding and without blanks')
  if (size !== undefined && binary.length !== size) {
    throw new TextFormError('text-form', `expected base64 of ${size} bytes, not ${binary.length}`)
  }
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Keeps the argument list of one call well under the engines' limits. */
const CHUNK = 8192
