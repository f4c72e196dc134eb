const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const replacement = '\uFFFD'

/** UTF-8 of text as the reference writes it: a lone surrogate becomes a question mark. Source: spec 01 section 5. */
export const utf8 = (text: string): Uint8Array =>
  encoder.encode(text.isWellFormed() ? text : replaceLoneSurrogates(text))

export const replaceLoneSurrogates = (text: string): string =>
  text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '?')

/**
 * Text of UTF-8 bytes. Ill-formed parts become U+FFFD as the WHATWG decoder does, except that an encoded surrogate
 * (ED A0..BF and a continuation byte, or without it) is one U+FFFD where WHATWG gives one for each byte.
 */
export const fromUtf8 = (bytes: Uint8Array): string => {
  let text = ''
  let start = 0
  for (let i = 0; i + 1 < bytes.length; i++) {
    if (bytes[i] !== 0xed || bytes[i + 1]! < 0xa0 || bytes[i + 1]! > 0xbf) continue
    text += decoder.decode(bytes.subarray(start, i)) + replacement
    const third = bytes[i + 2]
    i += third !== undefined && third >= 0x80 && third <= 0xbf ? 2 : 1
    start = i + 1
  }
  return start === 0 ? decoder.decode(bytes) : text + decoder.decode(bytes.subarray(start))
}
