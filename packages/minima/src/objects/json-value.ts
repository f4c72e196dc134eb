/**
 * JSON as the reference holds it in memory: objects keep the order of their keys, whole numbers are 64-bit integers and all
 * other numbers doubles. Source: minima-global/Minima: src/org/minima/utils/json
 */
export type JsonValue = null | boolean | string | bigint | number | readonly JsonValue[] | JsonObject
export type JsonObject = ReadonlyMap<string, JsonValue>

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A JSON string with the escapes of the reference: the slash too, and \uXXXX for controls and U+2000 to U+20FF. */
export const printJsonString = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it escapes
  `"${text.replace(/["\\/\u0000-\u001f\u007f-\u009f\u2000-\u20ff]/g, (character) => {
    const named = NAMED[character]
    return named ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  })}"`

/** A double as Java writes it: plain from 0.001 to 10^7 with one decimal at least, else with an exponent. */
const printDouble = (value: number): string => {
  if (!Number.isFinite(value)) return 'null'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string]
  const exponent = Number(exponentText)
  const withPoint = (digits: string): string => (digits.includes('.') ? digits : `${digits}.0`)
  if (exponent < -3 || exponent >= 7) return `${withPoint(mantissa)}E${exponent}`
  const sign = value < 0 ? '-' : ''
  const digits = mantissa.replace('-', '').replace('.', '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** The reference's spelling: no blanks, keys in order. Nesting is bounded by the parser. */
export function printJson(value: JsonValue): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'string':
      return printJsonString(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'number':
      return printDouble(value)
  }
  if (value instanceof Map) return printObject(value as JsonObject)
  return `[${(value as readonly JsonValue[]).map(printJson).join(',')}]`
}

const printObject = (object: JsonObject): string =>
  `{${Array.from(object, ([key, value]) => `${printJsonString(key)}:${printJson(value)}`).join(',')}}`
