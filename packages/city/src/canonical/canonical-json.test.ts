import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CanonicalJsonError, canonicalBytes, canonicalJson, parseCanonicalJson } from './canonical-json.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof CanonicalJsonError) return error.code
    throw error
  }
  return 'no error'
}

describe('canonical JSON', () => {
  test('writes the example of RFC 8785 section 3.2.2', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test('sorts keys by UTF-16 code units, as RFC 8785 section 3.2.3 shows', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const names = [...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((m) => m[1])
    expect(names).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  test.each([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['NaN', Number.NaN],
    ['Infinity', { a: [Number.POSITIVE_INFINITY] }],
    ['a bigint', 1n],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(2)],
    ['a hole', new Array(2)],
  ])('refuses %s', (_, value) => {
    expect(code(() => canonicalJson(value))).toBe('not-json')
  })

  test('refuses nesting beyond the limit, written and read, without a stack overflow', () => {
    let value: unknown = 1
    for (let i = 0; i < 100; i++) value = [value]
    expect(code(() => canonicalJson(value))).toBe('depth')
    expect(code(() => parseCanonicalJson('['.repeat(1_000_000)))).toBe('depth')
    // Brackets count outside of strings only, whatever is escaped in them.
    for (const quoted of ['['.repeat(100), `\\"${'['.repeat(100)}`, `${'['.repeat(100)}\\\\`]) {
      expect(parseCanonicalJson(`["${quoted}"]`)).toEqual([JSON.parse(`"${quoted}"`)])
      expect(code(() => parseCanonicalJson(`["${quoted}",${'['.repeat(100)}`))).toBe('depth')
    }
  })

  test.each([
    ['blanks', '{"a": 1}'],
    ['key order', '{"b":1,"a":2}'],
    ['doubled key', '{"a":1,"a":1}'],
    ['number form', '[1.0]'],
    ['number beyond doubles', '[9007199254740993]'],
    ['escape form', '["\\u0041"]'],
    ['trailing newline', '[]\n'],
    ['negative zero', '[-0]'],
    ['__proto__ hidden in a doubled key', '{"__proto__":1,"__proto__":2}'],
  ])('refuses to read text that differs by %s', (_, text) => {
    expect(code(() => parseCanonicalJson(text))).toBe('not-canonical')
  })

  test('names the place where the text leaves the canonical form', () => {
    expect(() => parseCanonicalJson('{"a":1, "b":2}')).toThrow('from character 7')
  })

  test('reads back any JSON value it wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        let text: string
        try {
          text = canonicalJson(value)
        } catch (error) {
          expect((error as CanonicalJsonError).code).toBe('not-json') // lone surrogates
          return
        }
        expect(canonicalJson(parseCanonicalJson(text))).toBe(text)
        expect(new TextDecoder().decode(canonicalBytes(value))).toBe(text)
      }),
    )
  })
})
