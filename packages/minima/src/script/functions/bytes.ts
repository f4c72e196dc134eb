import { concatBytes } from '../../codec/index.ts'
import { VALUE_BYTES_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import { HexValue, NumberValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const outOfRange = (message: string): ScriptFault => new ScriptFault('out-of-range', message)

const length: ScriptFunction = {
  name: 'LEN',
  parameters: ['x HEX or STRING'],
  returns: 'NUMBER',
  about: 'bytes of a HEX, UTF-16 units of a STRING',
  run(call, run) {
    const value = call.value(0, run)
    if (value.type === 'HEX') return NumberValue.ofInteger(value.length)
    if (value.type === 'STRING') return NumberValue.ofInteger(value.text.length)
    throw new ScriptFault('wrong-type', `LEN takes a HEX or a STRING, got a ${value.type}`)
  },
}

const concat: ScriptFunction = {
  name: 'CONCAT',
  parameters: ['a HEX', 'b HEX...'],
  argumentsMin: 2,
  returns: 'HEX',
  about: 'all bytes one after another',
  run(call, run) {
    const parts: Uint8Array[] = []
    let total = 0
    for (let i = 0; i < call.args.length; i++) {
      const { bytes } = call.hex(i, run)
      total += bytes.length
      if (total > VALUE_BYTES_MAX) throw new ScriptFault('too-long', `CONCAT makes at most ${VALUE_BYTES_MAX} bytes`)
      parts.push(bytes)
    }
    return HexValue.ofBytes(concatBytes(...parts))
  },
}

const reverse: ScriptFunction = {
  name: 'REV',
  parameters: ['bytes HEX'],
  returns: 'HEX',
  about: 'the bytes in reverse order',
  run: (call, run) => HexValue.ofBytes(call.hex(0, run).bytes.toReversed()),
}

const subset: ScriptFunction = {
  name: 'SUBSET',
  parameters: ['start NUMBER', 'end NUMBER', 'bytes HEX'],
  returns: 'HEX',
  about: 'the bytes from start up to, not including, end',
  run(call, run) {
    const start = call.number(0, run).toInt()
    const end = call.number(1, run).toInt()
    // The reference subtracts in 32 bits, which decides whether the third argument is evaluated before the fault.
    const size = (end - start) | 0
    if (size < 0 || size > VALUE_BYTES_MAX) throw outOfRange(`SUBSET cannot go from ${start} to ${end}`)
    const { bytes } = call.hex(2, run)
    if (start < 0 || end < start || end > bytes.length) {
      throw outOfRange(`SUBSET from ${start} to ${end} leaves the ${bytes.length} bytes`)
    }
    return HexValue.ofBytes(bytes.slice(start, end))
  },
}

const setLength: ScriptFunction = {
  name: 'SETLEN',
  parameters: ['length NUMBER', 'bytes HEX'],
  returns: 'HEX',
  about: 'the last bytes, or the bytes with zeros in front, so that there are this many',
  run(call, run) {
    const size = call.number(0, run).toInt()
    if (size < 1 || size > VALUE_BYTES_MAX) throw outOfRange(`SETLEN makes 1 to ${VALUE_BYTES_MAX} bytes, got ${size}`)
    const { bytes } = call.hex(1, run)
    const result = new Uint8Array(size)
    const kept = bytes.subarray(Math.max(0, bytes.length - size))
    result.set(kept, size - kept.length)
    return HexValue.ofBytes(result)
  },
}

const overwrite: ScriptFunction = {
  name: 'OVERWRITE',
  parameters: ['source HEX', 'from NUMBER', 'target HEX', 'to NUMBER', 'length NUMBER'],
  returns: 'HEX',
  about: 'target with length bytes replaced, from position `to` on, by those of source from position `from` on',
  run(call, run) {
    const source = call.hex(0, run).bytes
    const from = call.number(1, run).toInt()
    const target = call.hex(2, run).bytes
    const to = call.number(3, run).toInt()
    const size = call.number(4, run).toInt()
    if (size < 0 || from < 0 || to < 0 || from + size > source.length || to + size > target.length) {
      throw outOfRange(`OVERWRITE of ${size} bytes from ${from} to ${to} leaves the source or the target`)
    }
    const result = target.slice()
    result.set(source.subarray(from, from + size), to)
    return HexValue.ofBytes(result)
  },
}

export const byteFunctions: readonly ScriptFunction[] = [length, concat, reverse, subset, setLength, overwrite]
