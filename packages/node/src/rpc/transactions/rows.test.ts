import { EMPTY_TRANSACTION, EMPTY_WITNESS, StateType } from '@minipolis/minima'
import { expect, test } from 'vitest'
import { ROWS_MAX, TransactionRows } from './rows.ts'

const large = (id: string, characters: number) => ({
  id,
  transaction: { ...EMPTY_TRANSACTION, state: [{ port: 0, type: StateType.string, value: 'x'.repeat(characters) }] },
  witness: EMPTY_WITNESS,
})

test('a transaction is found under its name until it is deleted', () => {
  const rows = new TransactionRows()
  rows.create('a')
  expect(() => rows.create('a')).toThrow(expect.objectContaining({ code: 'refused' }))
  expect(rows.get('a').transaction).toEqual(EMPTY_TRANSACTION)
  expect(rows.delete('a')).toBe(true)
  expect(rows.delete('a')).toBe(false)
  expect(() => rows.get('a')).toThrow(expect.objectContaining({ code: 'not-found' }))
})

test('so many are kept and no more, until one is deleted', () => {
  const rows = new TransactionRows()
  for (let i = 0; i < ROWS_MAX; i++) rows.create(String(i))
  expect(() => rows.create('more')).toThrow(expect.objectContaining({ code: 'too-much' }))
  rows.delete('7')
  rows.create('more')
  expect(rows.all()).toHaveLength(ROWS_MAX)
})

test('together they take a bounded number of bytes, whatever is changed, deleted or cleared', () => {
  const half = 10_000
  const rows = new TransactionRows(2 * half)
  rows.set(large('a', half - 1000))
  rows.set(large('b', half - 1000))
  expect(() => rows.set(large('c', 3000))).toThrow(expect.objectContaining({ code: 'too-much' }))
  expect(() => rows.set(large('b', half + 1000))).toThrow(expect.objectContaining({ code: 'too-much' }))
  expect(rows.get('b')).toEqual(large('b', half - 1000))
  rows.set(large('b', 1))
  rows.set(large('c', half - 1000))
  rows.delete('a')
  rows.set(large('d', half - 1000))
  rows.clear()
  rows.set(large('e', 2 * half - 1000))
})
