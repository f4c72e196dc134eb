import { expect, test } from 'vitest'
import { MiniNumber } from '../number/index.ts'
import { fromHex, toHex } from './bytes.ts'
import { decode, decodeExact, encode, struct } from './codec.ts'
import { list, nullable } from './list.ts'
import { data, flag, hash, miniByte, miniNumber, text } from './primitives.ts'

const Lamp = struct<{ name: string; pole: Uint8Array; watts: readonly MiniNumber[]; on: boolean; note: string | null }>(
  {
    name: text,
    pole: hash,
    watts: list(miniNumber, { sizeMin: 3 }),
    on: flag,
    note: nullable(text),
  },
)
const lamp = { name: 'A', pole: Uint8Array.of(7), watts: [MiniNumber.parse('1.50')], on: true, note: null }
const bytes = '0x0000000141000000010700010102020096' + '01' + '00'

test('the order of the keys is the order of the bytes, both ways', () => {
  expect(toHex(encode(Lamp, lamp))).toBe(bytes)
  expect(decodeExact(Lamp, fromHex(bytes))).toEqual(lamp)
})

test('an error names the path to the value and the byte where it began', () => {
  const cut = fromHex(bytes).subarray(0, 16)
  expect(() => decode(Lamp, cut)).toThrow(
    expect.objectContaining({ code: 'truncated', path: ['watts', '0'], offset: expect.any(Number) }),
  )
})

test('bytes after the end are ignored, unless the value must fill them', () => {
  const longer = fromHex(`${bytes}FF`)
  expect(decode(Lamp, longer)).toEqual(lamp)
  expect(() => decodeExact(Lamp, longer)).toThrow(expect.objectContaining({ code: 'trailing' }))
})

test('announced lengths and counts are held against what is left before anything is made', () => {
  expect(() => decode(data, fromHex('0x1FFFFFFF'))).toThrow(expect.objectContaining({ code: 'truncated' }))
  expect(() => decode(data, fromHex('0x7FFFFFFF'))).toThrow(expect.objectContaining({ code: 'length' }))
  expect(() => decode(data, fromHex('0xFFFFFFFF'))).toThrow(expect.objectContaining({ code: 'length' }))
  expect(() => decode(list(miniByte), fromHex('0x00047FFFFFFF00'))).toThrow(expect.objectContaining({ code: 'count' }))
  expect(() => decode(list(miniByte, { max: 2 }), fromHex('0x000103010203'))).toThrow(
    expect.objectContaining({ code: 'count' }),
  )
})

test('a count that is negative or beyond 32 bits means none, as in the reference', () => {
  expect(decode(list(miniByte), fromHex('0x0001FF'))).toEqual([])
  expect(decode(list(miniByte), fromHex('0x00050100000000'))).toEqual([])
  expect(decode(list(miniByte), fromHex('0x0101190102'))).toEqual([1, 2])
})
