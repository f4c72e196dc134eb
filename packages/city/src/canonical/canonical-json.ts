import { MinipolisError } from '@minipolis/minima'

/** Deepest nesting of arrays and objects that is written or read. */
export const JSON_DEPTH_MAX = 32

/**
 * - `not-json`: a value that JSON cannot say (undefined, function, bigint, NaN, a lone surrogate, a class instance …)
 * - `depth`: nested deeper than `JSON_DEPTH_MAX`
 * - `syntax`: not JSON text
 * - `not-canonical`: JSON, but not in its one canonical form (blanks, key order, escapes, number form, doubled key)
 */
export class CanonicalJsonError extends MinipolisError<'not-json' | 'depth' | 'syntax' | 'not-canonical'> {}

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * The one canonical text of a value: keys sorted by UTF-16 code units, no blanks, numbers and strings as ECMAScript
 * writes them. Members whose value is `undefined` are refused, not dropped: a forgotten value must not change a hash unseen.
 *
 * @throws CanonicalJsonError `not-json`, `depth`
 * Source: RFC 8785.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

/** UTF-8 bytes of `canonicalJson(value)`: what is hashed and signed. */
export function canonicalBytes(value: unknown): Uint8Array {
  return encoder.encode(canonicalJson(value))
}

/**
 * Reads canonical JSON and nothing else: text that would be written differently is refused, so one value has one text and
 * duplicate keys, blanks or other number forms cannot hide anything.
 *
 * @throws CanonicalJsonError `syntax`, `depth`, `not-canonical`
 */
export function parseCanonicalJson(text: string): Json {
  assertDepth(text)
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw new CanonicalJsonError('syntax', 'the text is not JSON', {}, { cause })
  }
  // A doubled key or `__proto__` trick disappears in parsing and so cannot come back in writing.
  const again = canonicalJson(value)
  if (again !== text) {
    const offset = firstDifference(again, text)
    throw new CanonicalJsonError('not-canonical', `the text is not in canonical form from character ${offset}`, {
      offset,
    })
  }
  return value
}

const encoder = new TextEncoder()

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw notJson('a string with a lone surrogate')
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw notJson(`the number ${value}`)
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : writeNested(value, depth + 1)
    default:
      throw notJson(`a value of type ${typeof value}`)
  }
}

function writeNested(value: object, depth: number): string {
  if (depth > JSON_DEPTH_MAX) {
    throw new CanonicalJsonError('depth', `nested deeper than ${JSON_DEPTH_MAX} levels`, { max: JSON_DEPTH_MAX })
  }
  if (Array.isArray(value)) {
    let text = '['
    for (let i = 0; i < value.length; i++) text += (i === 0 ? '' : ',') + write(value[i], depth)
    return `${text}]`
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notJson('an object that is not plain')
  let text = '{'
  for (const key of Object.keys(value).sort()) {
    if (text.length > 1) text += ','
    text += `${write(key, depth)}:${write((value as Record<string, unknown>)[key], depth)}`
  }
  return `${text}}`
}

const notJson = (what: string) => new CanonicalJsonError('not-json', `JSON cannot say ${what}`)

/** Refuses deep nesting before `JSON.parse` recurses into it. Strings, most of a long text, are skipped quote by quote. */
function assertDepth(text: string): void {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) i = endOfString(text, i)
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > JSON_DEPTH_MAX) {
        throw new CanonicalJsonError('depth', `nested deeper than ${JSON_DEPTH_MAX} levels`, { max: JSON_DEPTH_MAX })
      }
    } else if (c === 0x5d || c === 0x7d) depth--
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Index of the quote that closes the string opened at `open`; the end of the text where none does. */
function endOfString(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    // An even number of backslashes escape each other, not the quote.
    if ((at - before) % 2 === 1) return at
  }
  return text.length
}

function firstDifference(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}
