import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowReader } from '../../city/src/import/row-reader.ts'

test('well-formed CSV is read as csv-parse reads it', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '7', ' ', '.', ';', '"', ',', '\n', 'ü'), maxLength: 6 })
  const written = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5 }),
      fc.infiniteStream(cell),
      fc.integer({ min: 1, max: 20 }),
      (columns, cells, rows) => {
        const table = Array.from({ length: rows }, () =>
          Array.from({ length: columns }, () => cells.next().value as string),
        )
        const text = table.map((row) => row.map(written).join(',')).join('\n')

        const read: (readonly string[])[] = []
        const refuse = (): never => expect.fail('nothing here is damaged')
        const reader = new RowReader({ row: (row) => read.push(row.cells), damage: refuse, blank: () => {} }, ',')
        for (const [at, line] of text.split('\n').entries()) reader.line({ line: at + 1, text: line })
        reader.end()

        expect(read).toEqual(parse(text, { skip_empty_lines: true, relax_column_count: true }))
      },
    ),
    { numRuns: 300 },
  )
})
