import type { JsonObject, JsonValue } from './json-value.ts'

/** Deepest nesting that is read; the reference has no limit when reading and overflows its stack when writing. */
export const JSON_DEPTH_MAX = 512

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/**
 * What came of a text: a value; `invalid` where the reference's parser reports a syntax error; `failure` where it dies of
 * something else (a whole number beyond 64 bits), or where the nesting is beyond our limit.
 */
export type ParsedJson =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'failure'; readonly reason: string }

const INVALID: ParsedJson = { kind: 'invalid' }

const tokenPattern = /[ \t\r\n]+|[{}[\],:]|true|false|null|(-?[0-9]+)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|"/y
const stringPattern = /[^"\\]+|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]|\\|"/y
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** The rest of a string after its opening quote, or undefined when it does not end. A lone backslash stands for itself. */
const readString = (text: string, from: number): { value: string; end: number } | undefined => {
  const parts: string[] = []
  stringPattern.lastIndex = from
  for (let match = stringPattern.exec(text); match !== null; match = stringPattern.exec(text)) {
    const part = match[0]
    if (part === '"') return { value: parts.join(''), end: stringPattern.lastIndex }
    if (part[0] !== '\\' || part.length === 1) parts.push(part)
    else if (part[1] === 'u') parts.push(String.fromCharCode(Number.parseInt(part.slice(2), 16)))
    else parts.push(escapes[part[1]!] ?? part[1]!)
  }
  return undefined
}

type Container = { readonly list: JsonValue[] } | { readonly entries: Map<string, JsonValue>; key: string | undefined }

/**
 * Parses as the reference's lenient parser does: commas may be missing, doubled or stray, colons may be missing or doubled,
 * numbers may have leading zeros, a repeated key keeps its place and takes the last value.
 * Source: minima-global/Minima: src/org/minima/utils/json/parser/JSONParser.java
 */
export function parseJson(text: string): ParsedJson {
  const open: Container[] = []
  let result: JsonValue | undefined
  const put = (value: JsonValue): boolean => {
    const container = open.at(-1)
    if (container === undefined) {
      if (result !== undefined) return false
      result = value
    } else if ('list' in container) {
      container.list.push(value)
    } else if (container.key === undefined) {
      if (typeof value !== 'string') return false
      container.key = value
    } else {
      container.entries.set(container.key, value)
      container.key = undefined
    }
    return true
  }
  for (let at = 0; at < text.length; ) {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(text)
    if (match === null) return INVALID
    at = tokenPattern.lastIndex
    const word = match[0]
    const container = open.at(-1)
    const awaitsKey = container !== undefined && 'entries' in container && container.key === undefined
    switch (word[0]) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        continue
      case ',':
        if (container === undefined || (!awaitsKey && 'entries' in container)) return INVALID
        continue
      case ':':
        if (container === undefined || awaitsKey || 'list' in container) return INVALID
        continue
      case '{':
      case '[': {
        if (awaitsKey) return INVALID
        const opened: Container = word === '{' ? { entries: new Map(), key: undefined } : { list: [] }
        if (!put('list' in opened ? opened.list : opened.entries)) return INVALID
        open.push(opened)
        if (open.length > JSON_DEPTH_MAX) {
          return { kind: 'failure', reason: `nesting beyond ${JSON_DEPTH_MAX} levels` }
        }
        continue
      }
      case '}':
        if (!awaitsKey) return INVALID
        open.pop()
        continue
      case ']':
        if (container === undefined || !('list' in container)) return INVALID
        open.pop()
        continue
      case '"': {
        const string = readString(text, at)
        if (string === undefined || !put(string.value)) return INVALID
        at = string.end
        continue
      }
      case 't':
      case 'f':
        if (!put(word === 'true')) return INVALID
        continue
      case 'n':
        if (!put(null)) return INVALID
        continue
    }
    const isInteger = match[2] === ''
    if (isInteger) {
      // A 64-bit integer has 19 digits; leading zeros may come before them.
      const digits = word.replace(/^(-?)0+(?=[0-9])/, '$1')
      const integer = digits.length > 20 ? INT64_MAX + 1n : BigInt(digits)
      if (integer < INT64_MIN || integer > INT64_MAX)
        return { kind: 'failure', reason: 'a whole number beyond 64 bits' }
      if (!put(integer)) return INVALID
    } else if (!put(Number(word))) return INVALID
  }
  return result === undefined || open.length > 0 ? INVALID : { kind: 'value', value: result }
}

export const isJsonObject = (value: JsonValue): value is JsonObject => value instanceof Map
