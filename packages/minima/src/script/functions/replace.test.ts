import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REPLACE_UNITS_MAX } from '../limits.ts'
import { replaceAll, replaceFirst } from './replace.ts'

describe('replacing text', () => {
  test('what is searched for is literal, no pattern', () => {
    expect(replaceAll('a.b.c', '.', '-')).toBe('a-b-c')
    expect(replaceFirst('a.b.c', '.', '-')).toBe('a-b.c')
    expect(replaceAll('aaa', 'aa', 'b')).toBe('ba')
  })

  test('an empty search matches at every position, the end included', () => {
    expect(replaceAll('abc', '', '-')).toBe('-a-b-c-')
    expect(replaceAll('', '', '-')).toBe('-')
    expect(replaceFirst('abc', '', '-')).toBe('-abc')
  })

  test('in the replacement $0 is the match, more zeros are swallowed and a backslash quotes', () => {
    expect(replaceAll('ab', 'b', '<$0>')).toBe('a<b>')
    expect(replaceAll('ab', 'b', '$00$01')).toBe('abb1')
    expect(replaceAll('ab', 'b', '\\$\\x\\\\')).toBe('a$x\\')
  })

  test.each(['$', '$1', '$a', '$$', 'x\\'])('the replacement %s is a fault, but only where there is a match', (by) => {
    expect(() => replaceAll('ab', 'b', by)).toThrow(expect.objectContaining({ code: 'bad-replacement' }))
    expect(replaceAll('ab', 'c', by)).toBe('ab')
    expect(replaceFirst('ab', 'c', by)).toBe('ab')
  })

  test('a result beyond the limit is refused before it is built', () => {
    const half = 'x'.repeat(REPLACE_UNITS_MAX / 2)
    expect(replaceAll(half, 'x', 'yy')).toHaveLength(REPLACE_UNITS_MAX)
    expect(() => replaceAll(half, '', 'y')).toThrow(expect.objectContaining({ code: 'too-long' }))
    expect(() => replaceAll(half, 'x', half)).toThrow(expect.objectContaining({ code: 'too-long' }))
  })

  test('agrees with the language of this program where no sign is special', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })
    fc.assert(
      fc.property(plain, plain, plain, (text, find, by) => {
        expect(replaceAll(text, find, by)).toBe(text.replaceAll(find, by))
        expect(replaceFirst(text, find, by)).toBe(text.replace(find, by))
      }),
    )
  })
})
