import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../codec/index.ts'
import { MiniNumber } from '../../number/index.ts'
import { VALUE_BYTES_MAX } from '../limits.ts'
import { BINARY_OPERATORS } from '../operators/index.ts'
import { HexValue, NumberValue, StringValue, valueFromText } from './index.ts'

describe('the value of a text', () => {
  test.each([
    ['[a]', 'STRING', 'a'],
    ['[a][b]', 'STRING', 'a][b'],
    ['[]', 'STRING', ''],
    ['0xabc', 'HEX', '0x0ABC'],
    ['0x', 'HEX', ''],
    ['TRUE', 'BOOLEAN', 'TRUE'],
    ['1.50', 'NUMBER', '1.5'],
    ['-1E3', 'NUMBER', '-1000'],
  ])('%s is a %s', (text, type, shown) => {
    expect(valueFromText(text)).toMatchObject({ type, text: shown })
  })

  test.each(['abc', 'true', '1E3', '0X1', '0xG', ' 42', '', '1.', '-'])('%j is none', (text) => {
    expect(() => valueFromText(text)).toThrow(/./)
  })
})

describe('limits of values', () => {
  test('HEX and STRING hold 65536 bytes, a STRING counted in UTF-8', () => {
    expect(HexValue.ofBytes(new Uint8Array(VALUE_BYTES_MAX)).length).toBe(VALUE_BYTES_MAX)
    expect(() => HexValue.ofBytes(new Uint8Array(VALUE_BYTES_MAX + 1))).toThrow(
      expect.objectContaining({ code: 'too-long' }),
    )
    expect(new StringValue('€'.repeat(21_845)).text).toHaveLength(21_845)
    expect(() => new StringValue('€'.repeat(21_846))).toThrow(expect.objectContaining({ code: 'too-long' }))
    expect(new StringValue('😀'.repeat(16_384)).text).toHaveLength(32_768)
    expect(() => new StringValue(`${'😀'.repeat(16_384)}a`)).toThrow(expect.objectContaining({ code: 'too-long' }))
  })

  test('a lone surrogate becomes a question mark', () => {
    expect(new StringValue('a\uD800b😀\uDC00').text).toBe('a?b😀?')
  })
})

describe('HEX', () => {
  test('text and bytes are two faces of one value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const fromBytes = HexValue.ofBytes(bytes)
        const fromText = HexValue.ofDigits(toHex(bytes).slice(2).toLowerCase())
        expect(fromText.text).toBe(fromBytes.text)
        expect(fromText.length).toBe(bytes.length)
        expect(fromText.bytes).toEqual(fromHex(fromBytes.text))
        expect(fromText.equals(fromBytes) && fromBytes.equals(fromText)).toBe(true)
      }),
    )
  })
})

describe('NUMBER', () => {
  const operands = fc.oneof(
    fc.integer({ min: -20, max: 20 }).map(String),
    fc.maxSafeInteger().map(String),
    fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 999 })).map(([a, b]) => `${a}.${b}`),
  )
  const rules: Record<string, (a: MiniNumber, b: MiniNumber) => MiniNumber> = {
    '+': (a, b) => a.add(b),
    '-': (a, b) => a.sub(b),
    '*': (a, b) => a.mult(b),
    '/': (a, b) => a.div(b),
    '%': (a, b) => a.mod(b),
  }
  const attempt = <T>(compute: () => T): T | 'fault' => {
    try {
      return compute()
    } catch {
      return 'fault'
    }
  }

  test.each(Object.keys(rules))(
    'the short way of %s for small whole numbers gives value and scale of the long one',
    (symbol) => {
      const operator = BINARY_OPERATORS.find((candidate) => candidate.symbol === symbol)!
      fc.assert(
        fc.property(operands, operands, (left, right) => {
          const short = attempt(() => {
            const { number } = operator.apply(NumberValue.parse(left), NumberValue.parse(right)) as NumberValue
            return { unscaled: number.unscaled, scale: number.scale }
          })
          const long = attempt(() => {
            const { unscaled, scale } = rules[symbol]!(MiniNumber.parse(left), MiniNumber.parse(right))
            return { unscaled, scale }
          })
          expect(short).toEqual(long)
        }),
        { numRuns: 1000 },
      )
    },
  )

  test('comparing agrees with decimals', () => {
    fc.assert(
      fc.property(operands, operands, (left, right) => {
        const order = Math.sign(NumberValue.parse(left).compare(NumberValue.parse(right)))
        expect(order).toBe(MiniNumber.parse(left).compare(MiniNumber.parse(right)))
      }),
    )
  })

  test.each([
    ['4294967296', 0],
    ['2147483648', -2147483648],
    ['1.9', 1],
    ['-0.5', 0],
    ['18446744073709551615', -1],
  ])('%s as a machine integer is %i', (text, expected) => {
    expect(NumberValue.parse(text).toInt() + 0).toBe(expected)
  })
})
