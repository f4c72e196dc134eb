import { describe, expect, test } from 'vitest'
import { JSON_DEPTH_MAX, parseJson } from './json-parser.ts'
import { printJson } from './json-value.ts'

const respelled = (text: string): string => {
  const parsed = parseJson(text)
  return parsed.kind === 'value' ? printJson(parsed.value) : parsed.kind
}

describe('JSON as the reference reads and prints it', () => {
  test.each([
    ['{"z":1,"a":1.50,"n":null,"t":true,"l":[1,"x"]}', '{"z":1,"a":1.5,"n":null,"t":true,"l":[1,"x"]}'],
    [' { "a" : "/" } ', '{"a":"\\/"}'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['{"2":1,"1":2}', '{"2":1,"1":2}'],
    ['[,1,,2 3,]', '[1,2,3]'],
    ['{,"a" 1,,"b"::2}', '{"a":1,"b":2}'],
    ['[007,-0]', '[7,0]'],
    ['["\\q\\u00e9\\u12"]', '["\\\\q\u00e9\\\\u12"]'],
    ['"\u2028\u007f"', '"\\u2028\\u007F"'],
    ['[1e400]', '[null]'],
    ['[1E2,0.001,0.0001,12345678.5,-0.0,1e-10]', '[100.0,0.001,1.0E-4,1.23456785E7,-0.0,1.0E-10]'],
  ])('%s is spelled %s', (text, expected) => {
    expect(respelled(text)).toBe(expected)
  })

  test.each([
    '',
    '   ',
    '{',
    '{"a":1',
    '{"a"}',
    '{"a":}',
    '{1:2}',
    '[1',
    ']',
    '1 2',
    '{} {}',
    '"open',
    'tru',
    '[1.]',
    '[-]',
    '[+1]',
    "{'a':1}",
    'not json',
    '[1}',
    '{"a":[}',
    ',',
  ])('%j is a syntax error', (text) => {
    expect(parseJson(text).kind).toBe('invalid')
  })

  test('whole numbers are 64-bit, and beyond that the reference dies of them', () => {
    expect(respelled('[9223372036854775807,-9223372036854775808]')).toBe('[9223372036854775807,-9223372036854775808]')
    expect(parseJson('9223372036854775808').kind).toBe('failure')
    expect(parseJson(`1${'0'.repeat(100_000)}`).kind).toBe('failure')
  })

  test('nesting is read up to a limit and never overflows the stack', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(respelled(nested(JSON_DEPTH_MAX))).toBe(nested(JSON_DEPTH_MAX))
    expect(parseJson('['.repeat(1_000_000)).kind).toBe('failure')
  })
})
