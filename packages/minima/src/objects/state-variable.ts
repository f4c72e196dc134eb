import type { Codec, Reader } from '../codec/index.ts'
import { data, flag, fromHex, miniByte, miniNumber, replaceLoneSurrogates, text, toHex } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { parseMxAddress } from './mx-address.ts'
import { ObjectError } from './object-error.ts'

/** What a state variable's text means. */
export const StateType = { hex: 1, number: 2, string: 4, bool: 8 } as const
export type StateType = (typeof StateType)[keyof typeof StateType]

export const STATE_PORT_MAX = 255

/**
 * One of the values 0 to 255 that travel with a transaction and, where a coin keeps its state, with the coin. The value is
 * text: `0x…` upper case (empty hex is empty text), a plain number, any text, or `TRUE`/`FALSE`.
 * Source: minima-global/Minima: src/org/minima/objects/StateVariable.java
 */
export interface StateVariable {
  readonly port: number
  readonly type: StateType
  readonly value: string
}

const readValue = (r: Reader, type: number): string => {
  switch (type) {
    case StateType.hex:
      return toHex(data.read(r))
    case StateType.number:
      return miniNumber.read(r).toString()
    case StateType.string:
      return text.read(r)
    case StateType.bool:
      return flag.read(r) ? 'TRUE' : 'FALSE'
    default:
      throw r.fail('range', `a state variable has type 1, 2, 4 or 8, not ${type}`)
  }
}

export const StateVariable: Codec<StateVariable> = {
  read(r) {
    const port = miniByte.read(r)
    const type = miniByte.read(r)
    return { port, type: type as StateType, value: readValue(r, type) }
  },
  write(w, variable) {
    miniByte.write(w, variable.port)
    miniByte.write(w, variable.type)
    switch (variable.type) {
      case StateType.hex:
        return data.write(w, fromHex(variable.value))
      case StateType.number:
        return miniNumber.write(w, MiniNumber.parse(variable.value))
      case StateType.string:
        return text.write(w, variable.value)
      case StateType.bool:
        return flag.write(w, variable.value === 'TRUE')
    }
  },
}

/**
 * Numbers outside ±(2^64 - 1) can be read from the wire and cannot be written again. Objects whose id is computed on reading
 * refuse them. @throws CodecError `range`
 */
export function assertWritableState(r: Reader, state: readonly StateVariable[]): void {
  for (const { type, value } of state) {
    // 20 digits reach 2^64 - 1; shorter texts are always in range.
    if (type !== StateType.number || value.length < 20) continue
    try {
      MiniNumber.parse(value)
    } catch {
      throw r.fail('range', `the state number ${value.slice(0, 24)}… leaves the range of numbers`)
    }
  }
}

/** Java compares letters by their upper case, so that the long s counts as an s. */
const isWord = (value: string, word: string): boolean =>
  value.length === word.length &&
  Array.prototype.every.call(value, (letter: string, i) => letter.toUpperCase() === word[i])

/**
 * A state variable from what a person or program wrote. In this order: `Mx…` becomes hex; `0x…` hex; true/false; text in
 * square brackets, which are kept; else it must be a number.
 * @throws ObjectError `state-port`, `state-value`, `mx-address`; NumberError; CodecError for bad hex
 */
export function parseStateVariable(port: number, input: string): StateVariable {
  if (!Number.isInteger(port) || port < 0 || port > STATE_PORT_MAX) {
    throw new ObjectError('state-port', `a state variable has a port from 0 to ${STATE_PORT_MAX}, not ${port}`, {
      port,
    })
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java's trim removes everything up to the blank
  if (/^[\u0000-\u0020]*$/.test(input)) {
    throw new ObjectError('state-value', `the state variable at port ${port} is blank`, { port })
  }
  if (/^mx/i.test(input)) return { port, type: StateType.hex, value: toHex(parseMxAddress(input)) }
  if (/^0x/i.test(input)) return { port, type: StateType.hex, value: toHex(fromHex(input)) }
  if (isWord(input, 'TRUE')) return { port, type: StateType.bool, value: 'TRUE' }
  if (isWord(input, 'FALSE')) return { port, type: StateType.bool, value: 'FALSE' }
  if (input.startsWith('[') && input.endsWith(']'))
    return { port, type: StateType.string, value: replaceLoneSurrogates(input) }
  return { port, type: StateType.number, value: MiniNumber.parse(input).toString() }
}

/** The first variable of a port, or undefined. Lists from the wire may repeat ports; lookups take the first. */
export const stateAt = (state: readonly StateVariable[], port: number): StateVariable | undefined =>
  state.find((variable) => variable.port === port)

/** The list with this variable, replacing those of the same port, sorted by port. */
export const withStateVariable = (state: readonly StateVariable[], variable: StateVariable): readonly StateVariable[] =>
  [...state.filter((other) => other.port !== variable.port), variable].sort((a, b) => a.port - b.port)
