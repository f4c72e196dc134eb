import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bigIntToBytes, bytesToBigInt, bytesToSigned, compareBytes, fromHex, signedToBytes, toHex } from './bytes.ts'

describe("two's complement", () => {
  test.each([
    [0n, '0x00'],
    [127n, '0x7F'],
    [128n, '0x0080'],
    [-128n, '0x80'],
    [-129n, '0xFF7F'],
    [2n ** 63n - 1n, '0x7FFFFFFFFFFFFFFF'],
    [2n ** 63n, '0x008000000000000000'],
    [-(2n ** 63n), '0x8000000000000000'],
    [-(2n ** 63n) - 1n, '0xFF7FFFFFFFFFFFFFFF'],
  ])('%s is written as %s', (value, hex) => {
    expect(toHex(signedToBytes(value))).toBe(hex)
    expect(bytesToSigned(fromHex(hex))).toBe(value)
  })

  test('every integer survives, in its shortest form', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 256n), max: 2n ** 256n }), (value) => {
        const bytes = signedToBytes(value)
        expect(bytesToSigned(bytes)).toBe(value)
        const shorter = bytes.subarray(1)
        if (shorter.length > 0) expect(bytesToSigned(shorter)).not.toBe(value)
      }),
    )
  })
})

test('unsigned bytes are ordered as the integers they write, whatever zeros stand in front', () => {
  const padded = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 80n }), fc.nat(3))
  fc.assert(
    fc.property(padded, padded, ([a, zerosA], [b, zerosB]) => {
      const left = new Uint8Array([...new Uint8Array(zerosA), ...bigIntToBytes(a)])
      const right = new Uint8Array([...new Uint8Array(zerosB), ...bigIntToBytes(b)])
      expect(compareBytes(left, right)).toBe(a < b ? -1 : a > b ? 1 : 0)
      expect(bytesToBigInt(left)).toBe(a)
    }),
  )
})

test('hex text: an odd digit gets a zero in front, anything but hex is refused with its place', () => {
  expect(toHex(fromHex('0x1'))).toBe('0x01')
  expect(toHex(fromHex('abC'))).toBe('0x0ABC')
  expect(fromHex('')).toEqual(new Uint8Array(0))
  expect(() => fromHex('0x0g')).toThrow(expect.objectContaining({ code: 'text', offset: 3 }))
})
