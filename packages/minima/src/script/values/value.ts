import { ScriptFault } from '../script-fault.ts'
import { BooleanValue } from './boolean-value.ts'
import { HexValue } from './hex-value.ts'
import { NumberValue } from './number-value.ts'
import { StringValue } from './string-value.ts'

/** What scripts compute with. Immutable; `type` tells which, `text` is the form that STRING, array keys and traces show. */
export type Value = BooleanValue | NumberValue | HexValue | StringValue
export type ValueType = Value['type']

const PLAIN_NUMBER = /^[0-9]+(\.[0-9]+)?$/

/**
 * The value that a literal or the text of a state variable stands for. The text alone decides about the type: a state
 * declared as text that reads `123` is a NUMBER.
 *
 * @throws ScriptFault `bad-data`, `too-long`; NumberError
 */
export const valueFromText = (text: string): Value => {
  if (text.startsWith('[') && text.endsWith(']')) return new StringValue(text.slice(1, -1))
  if (text.startsWith('0x')) return HexValue.parse(text)
  if (text === 'TRUE') return BooleanValue.TRUE
  if (text === 'FALSE') return BooleanValue.FALSE
  if (text.startsWith('-') || PLAIN_NUMBER.test(text)) return NumberValue.parse(text)
  throw new ScriptFault('bad-data', 'the text is neither [text], 0x hex digits, TRUE, FALSE nor a number')
}
