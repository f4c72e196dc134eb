import { describe, expect, test } from 'vitest'
import { tokenize } from './tokenizer.ts'

const shown = (script: string, folding = false): string[] =>
  tokenize(script, folding).map(({ kind, text }) => `${kind} ${text}`)

describe('cutting a script into tokens', () => {
  test('signs need no blanks around them, commands need one in front', () => {
    expect(shown('RETURN(1)EQ a')).toEqual([
      'COMMAND RETURN',
      'OPENBRACKET (',
      'VALUE 1',
      'CLOSEBRACKET )',
      'OPERATOR EQ',
      'VARIABLE a',
    ])
    expect(() => tokenize('LET a=(1)RETURN TRUE')).toThrow(expect.objectContaining({ code: 'bad-token' }))
  })

  test('a text keeps its inner brackets and runs to the end of the script if nothing closes it', () => {
    expect(shown('[a [b] c]d')).toEqual(['VALUE [a [b] c]', 'VARIABLE d'])
    expect(shown('[a[b]')).toEqual(['VALUE [a[b]'])
  })

  test('any global name is a token, known or not', () => {
    expect(shown('@BLOCK @NOSUCH')).toEqual(['GLOBAL @BLOCK', 'GLOBAL @NOSUCH'])
  })

  test('words are case sensitive: in lower case they are variables', () => {
    expect(shown('return')).toEqual(['VARIABLE return'])
  })

  test.each(['Abc', '1.', '.5', '1e5', '0X1', '0x', ']', '> >', 'a1', 'é', '1EQ', '\u00A0', 'a'.repeat(33)])(
    'nothing in the language reads %j',
    (word) => {
      expect(() => tokenize(word)).toThrow(expect.objectContaining({ code: 'bad-token' }))
    },
  )

  test('a script cut inside << has its own code, because cleaning fails on it', () => {
    expect(() => tokenize('0x01<')).toThrow(expect.objectContaining({ code: 'cut-shift' }))
  })

  test('blanks are the six of ASCII and nothing else', () => {
    expect(shown('a\t\n\v\f\r b')).toEqual(['VARIABLE a', 'VARIABLE b'])
    expect(() => tokenize('a\u2028b')).toThrow(expect.objectContaining({ code: 'bad-token' }))
  })

  test('folding takes words in any case, by the full rules of Unicode', () => {
    expect(shown('return signedBY(Key) @block 0xaB', true)).toEqual([
      'COMMAND RETURN',
      'FUNCTION SIGNEDBY',
      'OPENBRACKET (',
      'VARIABLE key',
      'CLOSEBRACKET )',
      'GLOBAL @BLOCK',
      'VALUE 0xaB',
    ])
    expect(shown('\u0131f \u212A', true)).toEqual(['COMMAND IF', 'VARIABLE k'])
  })
})
