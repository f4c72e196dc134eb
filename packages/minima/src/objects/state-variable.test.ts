import { describe, expect, test } from 'vitest'
import { decode, encode, fromHex, toHex } from '../codec/index.ts'
import { parseStateVariable, StateType, StateVariable, stateAt, withStateVariable } from './state-variable.ts'

describe('a state variable from text', () => {
  test.each([
    ['0xAbCd', StateType.hex, '0xABCD'],
    ['0X1', StateType.hex, '0x01'],
    ['0x', StateType.hex, ''],
    ['TrUe', StateType.bool, 'TRUE'],
    ['false', StateType.bool, 'FALSE'],
    ['falſe', StateType.bool, 'FALSE'],
    ['[a] and [b]', StateType.string, '[a] and [b]'],
    ['[\uD800]', StateType.string, '[?]'],
    ['1.50', StateType.number, '1.5'],
    ['1e3', StateType.number, '1000'],
  ])('%s is understood', (input, type, value) => {
    expect(parseStateVariable(7, input)).toEqual({ port: 7, type, value })
  })

  test.each([
    [-1, '1', 'state-port'],
    [256, '1', 'state-port'],
    [1.5, '1', 'state-port'],
    [1, ' \t', 'state-value'],
    [1, 'hello', 'number-syntax'],
    [1, ' 5', 'number-syntax'],
    [1, 'mx', 'mx-address'],
    [1, '0xZZ', 'text'],
    [1, '18446744073709551616', 'number-range'],
  ])('port %d with %j is refused', (port, input, code) => {
    expect(() => parseStateVariable(port, input)).toThrow(expect.objectContaining({ code }))
  })
})

describe('a state variable on the wire', () => {
  test('a number loses its scale', () => {
    expect(toHex(encode(StateVariable, decode(StateVariable, fromHex('0x0202020200C8'))))).toBe('0x0202000102')
  })

  test('a number beyond the range is read and cannot be written', () => {
    const variable = decode(StateVariable, fromHex('0x02020009010000000000000000'))
    expect(variable.value).toBe('18446744073709551616')
    expect(() => encode(StateVariable, variable)).toThrow(expect.objectContaining({ code: 'number-range' }))
  })

  test('a type that does not exist is refused with its place', () => {
    expect(() => decode(StateVariable, fromHex('0x050300'))).toThrow(
      expect.objectContaining({ code: 'range', offset: 2 }),
    )
  })
})

describe('a list of state variables', () => {
  const list = [parseStateVariable(3, '1'), parseStateVariable(9, '2'), parseStateVariable(3, '3')]

  test('lookups take the first of a port', () => {
    expect(stateAt(list, 3)?.value).toBe('1')
    expect(stateAt(list, 4)).toBeUndefined()
  })

  test('adding replaces all of the port and sorts by port', () => {
    const changed = withStateVariable(list, parseStateVariable(3, '5'))
    expect(changed.map(({ port, value }) => [port, value])).toEqual([
      [3, '5'],
      [9, '2'],
    ])
  })
})
