import { ScriptFault } from '../script-fault.ts'
import type { BooleanValue } from './boolean-value.ts'
import type { HexValue } from './hex-value.ts'
import type { NumberValue } from './number-value.ts'
import type { StringValue } from './string-value.ts'
import type { Value } from './value.ts'

const wrongType = (expected: string, value: Value, where: string): ScriptFault =>
  new ScriptFault('wrong-type', `${where} needs a ${expected}, got a ${value.type}`)

/** @throws ScriptFault `wrong-type` */
export const requireNumber = (value: Value, where: string): NumberValue => {
  if (value.type !== 'NUMBER') throw wrongType('NUMBER', value, where)
  return value
}

/** @throws ScriptFault `wrong-type` */
export const requireHex = (value: Value, where: string): HexValue => {
  if (value.type !== 'HEX') throw wrongType('HEX', value, where)
  return value
}

/** @throws ScriptFault `wrong-type` */
export const requireString = (value: Value, where: string): StringValue => {
  if (value.type !== 'STRING') throw wrongType('STRING', value, where)
  return value
}

/** @throws ScriptFault `wrong-type` */
export const requireBoolean = (value: Value, where: string): BooleanValue => {
  if (value.type !== 'BOOLEAN') throw wrongType('BOOLEAN', value, where)
  return value
}
