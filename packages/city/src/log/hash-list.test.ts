import { expect, test } from 'vitest'
import { chained, HashList } from './hash-list.ts'
import { HASH_SIZE } from './log-store.ts'

const hash = (byte: number): Uint8Array => new Uint8Array(HASH_SIZE).fill(byte)

test('a list gives back its hashes in their order, as often as asked', () => {
  const asked: number[] = []
  const list = HashList.from(3, (at) => {
    asked.push(at)
    return hash(at + 1)
  })
  expect(asked).toEqual([0, 1, 2])
  expect(list.length).toBe(3)
  expect([...list]).toEqual([hash(1), hash(2), hash(3)])
  expect([...list]).toEqual([hash(1), hash(2), hash(3)])
})

test('lists in a row are one list, empty ones and plain arrays among them', () => {
  const all = chained([HashList.from(2, hash), HashList.from(0, hash), [hash(7)]])
  expect(all.length).toBe(3)
  expect([...all]).toEqual([hash(0), hash(1), hash(7)])
})
