import type { ScriptRun } from '../run/script-run.ts'
import { ScriptFault } from '../script-fault.ts'
import type { FunctionCall } from '../syntax/function-call.ts'
import { BooleanValue, HexValue, NumberValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

/** Bit 0 is the lowest bit of the first byte, bit 8 the lowest bit of the second. */
const bitArguments = (call: FunctionCall, run: ScriptRun): { bytes: Uint8Array; index: number; mask: number } => {
  const { bytes } = call.hex(0, run)
  const bit = call.number(1, run).toInt()
  if (bit < 0 || bit >= bytes.length * 8) {
    throw new ScriptFault('out-of-range', `there is no bit ${bit} in ${bytes.length} bytes`)
  }
  return { bytes, index: bit >> 3, mask: 1 << (bit & 7) }
}

const bitSet: ScriptFunction = {
  name: 'BITSET',
  parameters: ['bytes HEX', 'bit NUMBER', 'value BOOLEAN'],
  returns: 'HEX',
  about: 'the bytes with one bit set or cleared, less trailing zero bytes',
  run(call, run) {
    const { bytes, index, mask } = bitArguments(call, run)
    const result = bytes.slice()
    if (call.boolean(2, run).value) result[index]! |= mask
    else result[index]! &= ~mask
    return HexValue.ofBytes(result.subarray(0, result.findLastIndex((byte) => byte !== 0) + 1))
  },
}

const bitGet: ScriptFunction = {
  name: 'BITGET',
  parameters: ['bytes HEX', 'bit NUMBER'],
  returns: 'BOOLEAN',
  about: 'whether a bit is set',
  run(call, run) {
    const { bytes, index, mask } = bitArguments(call, run)
    return BooleanValue.of((bytes[index]! & mask) !== 0)
  },
}

const bitCount: ScriptFunction = {
  name: 'BITCOUNT',
  parameters: ['bytes HEX'],
  returns: 'NUMBER',
  about: 'the number of bits that are set',
  run(call, run) {
    let count = 0
    for (const byte of call.hex(0, run).bytes) {
      for (let rest = byte; rest !== 0; rest &= rest - 1) count++
    }
    return NumberValue.ofInteger(count)
  },
}

export const bitFunctions: readonly ScriptFunction[] = [bitSet, bitGet, bitCount]
