const ALLOWED = /^[A-Za-z0-9._:/-]*$/

/**
 * A column name or cell as the last part of a stream id. What an id cannot hold is written as `~` and the two hex digits of each
 * UTF-8 byte, `~` itself included: two names never become one id, and the name can be read back.
 */
export function streamPart(name: string): string {
  if (ALLOWED.test(name)) return name
  let part = ''
  for (const byte of encoder.encode(name)) {
    const char = String.fromCharCode(byte)
    part += byte < 0x80 && ALLOWED.test(char) ? char : `~${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return part
}

/** `PREFIX/`: a prefix ends with a slash or is empty. */
export const streamPrefix = (prefix: string | undefined): string =>
  prefix === undefined || prefix === '' || prefix.endsWith('/') ? (prefix ?? '') : `${prefix}/`

const encoder = new TextEncoder()
