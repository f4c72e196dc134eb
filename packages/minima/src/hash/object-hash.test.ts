import { expect, test } from 'vitest'
import { data, miniNumber, utf8 } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { hashObjects } from './object-hash.ts'
import { sha3_256 } from './sha3.ts'

test('objects are hashed in their wire form, a byte string with its length', () => {
  const wire = Uint8Array.of(0, 0, 0, 3, 0x61, 0x62, 0x63, 1, 1, 15)
  expect(hashObjects([data, utf8('abc')], [miniNumber, MiniNumber.parse('1.5')])).toEqual(sha3_256(wire))
})

test('no object at all is the hash of nothing', () => {
  expect(hashObjects()).toEqual(sha3_256(new Uint8Array()))
})
