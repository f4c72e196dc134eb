import { bigIntToBytes, bytesToBigInt, fromUtf8, utf8 } from '../../codec/index.ts'
import { MiniNumber } from '../../number/index.ts'
import { ScriptFault } from '../script-fault.ts'
import { BooleanValue, HexValue, NumberValue, StringValue, type Value } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const NUMBER_BYTES_MAX = 8

/** The unsigned integer that the bytes spell; above 2^64 - 1 it is no number. */
const unsigned = (hex: HexValue): NumberValue => {
  const bytes = hex.bytes
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first >= 0 && bytes.length - first > NUMBER_BYTES_MAX) {
    throw new ScriptFault('arithmetic', 'the HEX spells a number above 2^64 - 1')
  }
  return NumberValue.of(MiniNumber.of(bytesToBigInt(first < 0 ? bytes.subarray(0, 0) : bytes.subarray(first))))
}

const isZero = (value: NumberValue): boolean => value.number.isZero()

const toBoolean = (value: Value): boolean => {
  switch (value.type) {
    case 'BOOLEAN':
      return value.value
    case 'NUMBER':
      return !isZero(value)
    case 'HEX':
      return !isZero(unsigned(value))
    case 'STRING':
      return value.text !== 'FALSE'
  }
}

const wholeBytes = (value: NumberValue): Uint8Array => {
  const number = value.number
  if (number.isNegative() || !number.floor().equals(number)) {
    throw new ScriptFault('out-of-range', `only whole numbers from 0 become HEX, got ${value.text}`)
  }
  return bigIntToBytes(number.toBigInt())
}

const toHexValue = (value: Value): HexValue => {
  switch (value.type) {
    case 'BOOLEAN':
      return HexValue.ofBytes(Uint8Array.of(value.value ? 1 : 0))
    case 'NUMBER':
      return HexValue.ofBytes(wholeBytes(value))
    case 'HEX':
      return value
    case 'STRING':
      return HexValue.ofBytes(utf8(value.text))
  }
}

const toNumber = (value: Value): NumberValue => {
  switch (value.type) {
    case 'BOOLEAN':
      return NumberValue.ofInteger(value.value ? 1 : 0)
    case 'NUMBER':
      return value
    case 'HEX':
      return unsigned(value)
    case 'STRING':
      return NumberValue.parse(value.text)
  }
}

const asciiText = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : '\uFFFD'
  return text
}

const convert = (
  name: 'BOOL' | 'HEX' | 'NUMBER' | 'STRING',
  about: string,
  run: (value: Value) => Value,
): ScriptFunction => ({
  name,
  parameters: ['x'],
  returns: name === 'BOOL' ? 'BOOLEAN' : name,
  about,
  run: (call, scriptRun) => run(call.value(0, scriptRun)),
})

const decodeText = (name: string, about: string, decode: (bytes: Uint8Array) => string): ScriptFunction => ({
  name,
  parameters: ['bytes HEX'],
  returns: 'STRING',
  about,
  run: (call, run) => new StringValue(decode(call.hex(0, run).bytes)),
})

export const conversionFunctions: readonly ScriptFunction[] = [
  convert('BOOL', 'FALSE for 0, zero bytes, FALSE and the text FALSE; else TRUE', (x) => BooleanValue.of(toBoolean(x))),
  convert(
    'HEX',
    'the bytes of a text, the shortest bytes of a whole number, 0x01 or 0x00 for TRUE or FALSE',
    toHexValue,
  ),
  convert('NUMBER', 'the number that a text or bytes spell, 1 or 0 for TRUE or FALSE', toNumber),
  convert('STRING', 'the printed form; of HEX its digits, not the text they encode', (x) => new StringValue(x.text)),
  decodeText('ASCII', 'the text of ASCII bytes; others become U+FFFD', asciiText),
  decodeText('UTF8', 'the text of UTF-8 bytes; ill-formed ones become U+FFFD', fromUtf8),
]
