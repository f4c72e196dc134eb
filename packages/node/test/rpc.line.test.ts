import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COMMANDS_MAX, commandName, LINE_LENGTH_MAX, parseCommand, splitLine } from '../src/rpc/line/parse-line.ts'
import { commandTokens } from '../src/rpc/line/tokens.ts'
import { RpcError } from '../src/rpc/rpc-error.ts'

const parameters = (line: string): Record<string, unknown> => Object.fromEntries(parseCommand(line).parameters)

describe('reading a command line', () => {
  test.each([
    ['hash data:"a b"', { data: 'a b' }],
    ['hash data:"a:b"', { data: 'a : b' }],
    ['hash data:a:b', { data: 'a:b' }],
    ['hash data : x', { data: 'x' }],
    ['hash data:x y', { data: 'x' }],
    ['hash data:', {}],
    ['hash data:""', { data: '' }],
    ['connect host:1.2.3.4:9001', { host: '1.2.3.4:9001' }],
    ['hash data:"[a b]"', { data: undefined }],
    ['x a:1 a:2', { a: '2' }],
  ])('%s', (line, expected) => {
    if ('data' in expected && expected.data === undefined) expect(() => parseCommand(line)).toThrow(RpcError)
    else expect(parameters(line)).toEqual(expected)
  })

  test('brackets make JSON, unless the command wants them as text', () => {
    expect(parameters('x a:[1,"b"] b:{"c":true}')).toEqual({ a: [1n, 'b'], b: new Map([['c', true]]) })
    expect(parseCommand('txnstate value:[free text]', true).parameters.get('value')).toBe('[free text]')
  })

  test('the line is cut at every semicolon, and empty pieces do not count', () => {
    expect(splitLine(';;block;; status ;')).toEqual(['block', 'status'])
    expect(splitLine('')).toEqual([])
    expect(commandName('HASH data:x')).toBe('hash')
  })

  test('what is too long or too much is refused before it is read', () => {
    expect(() => splitLine('x'.repeat(LINE_LENGTH_MAX + 1))).toThrow(expect.objectContaining({ code: 'too-much' }))
    expect(() => splitLine('a;'.repeat(COMMANDS_MAX + 1))).toThrow(expect.objectContaining({ code: 'too-much' }))
  })

  test('any text is read or refused, in time that grows with its length only', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (text) => {
        try {
          for (const piece of splitLine(text)) parseCommand(piece)
        } catch (error) {
          expect(error).toBeInstanceOf(RpcError)
        }
      }),
      { numRuns: 500 },
    )
    const start = performance.now()
    for (const hostile of ['"', '{', '[', ':', ' ', 'a:']) commandTokens(hostile.repeat(200_000))
    // Time that grows with the square would be minutes.
    expect(performance.now() - start).toBeLessThan(15_000)
  })
})
