import { expect, test } from 'vitest'
import { Journal, type JournalLevel } from './journal.ts'

function linesAt(level: JournalLevel): readonly Record<string, unknown>[] {
  const lines: string[] = []
  const journal = new Journal(level, (line) => lines.push(line))
  journal.info({ peer: '192.0.2.1' }, 'a peer greets')
  journal.warn({ err: new RangeError('too far') }, 'a fault')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('a line is one of JSON with its facts, and an error tells its kind', () => {
  const [greets, fault] = linesAt('info')
  expect(greets).toMatchObject({ peer: '192.0.2.1', msg: 'a peer greets' })
  expect(fault).toMatchObject({ msg: 'a fault', err: { type: 'RangeError', message: 'too far' } })
})

test('only what is at least as grave as the level is written', () => {
  expect(linesAt('debug')).toHaveLength(2)
  expect(linesAt('warn').map(({ msg }) => msg)).toEqual(['a fault'])
  expect(linesAt('error')).toHaveLength(0)
  expect(linesAt('silent')).toHaveLength(0)
})
