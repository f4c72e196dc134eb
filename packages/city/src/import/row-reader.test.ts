import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowReader, splitQuoted } from './row-reader.ts'
import type { Damage } from './source-line.ts'

const read = (text: string, columns?: number) => {
  const rows: (readonly string[])[] = []
  const damages: Damage[] = []
  const reader = new RowReader(
    { row: (row) => rows.push(row.cells), damage: (damage) => damages.push(damage), blank: () => {} },
    ',',
  )
  reader.columns = columns
  for (const [index, line] of text.split('\n').entries()) reader.line({ line: index + 1, text: line })
  reader.end()
  return { rows, damages }
}

test('whatever cells are written by the rules come back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', 'é'), maxLength: 8 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), (table) => {
      const text = table.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join('\n')
      expect(read(text, 3)).toEqual({ rows: table, damages: [] })
    }),
  )
})

test('any lines are read to the end, each one in a row or in a damage', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ',', '"', '"'), maxLength: 6 })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
      const { rows, damages } = read(lines.join('\n'), 2)
      expect(rows.every((row) => row.length === 2)).toBe(true)
      expect(new Set(damages.map((damage) => damage.line)).size).toBe(damages.length)
    }),
  )
})

test('a quote inside a bare cell is text', () => {
  expect(splitQuoted('5" pipe,"x"', ',')).toEqual(['5" pipe', 'x'])
})
