import { expect, test } from 'vitest'
import type { LogEvidence } from './evidence-schema.ts'
import { SHOWN_CHECKPOINTS_MAX, ShownCheckpoints } from './shown-checkpoints.ts'

const made: string[] = []
const make = (name: string) => (): LogEvidence => {
  made.push(name)
  return { checkpoint: name, key: 'key', witnesses: [] }
}

test('a checkpoint is verified once while it is used, and again when it was forgotten', () => {
  const shown = new ShownCheckpoints()
  for (let at = 0; at < SHOWN_CHECKPOINTS_MAX; at++) shown.take(`${at}`, make(`${at}`))
  made.length = 0
  expect(shown.take('0', make('0')).checkpoint).toBe('0')
  shown.take('new', make('new'))
  shown.take('0', make('0'))
  expect(made).toEqual(['new'])
  shown.take('1', make('1'))
  expect(made).toEqual(['new', '1'])
})

test('what could not be verified is not remembered', () => {
  const shown = new ShownCheckpoints()
  const fail = (): LogEvidence => {
    throw new RangeError('no known key signed')
  }
  expect(() => shown.take('a', fail)).toThrow(RangeError)
  expect(shown.take('a', make('a')).checkpoint).toBe('a')
})
