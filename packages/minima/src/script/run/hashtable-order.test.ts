import { expect, test } from 'vitest'
import { hashtableOrder } from './hashtable-order.ts'

test('keys stand as a Java Hashtable lists them: by bucket from the last, newest first within one', () => {
  expect(hashtableOrder(['returnvalue', 'a'])).toEqual(['a', 'returnvalue'])
  // Hashes 97, 98, 99 in 11 buckets: 9, 10, 0.
  expect(hashtableOrder(['a', 'b', 'c'])).toEqual(['b', 'a', 'c'])
  // 97 and 108 share a bucket.
  expect(hashtableOrder(['a', 'l'])).toEqual(['l', 'a'])
})

test('every key is listed once, however many there are', () => {
  const keys = Array.from({ length: 500 }, (_, i) => `${i},`)
  expect(hashtableOrder(keys).sort()).toEqual(keys.sort())
})
