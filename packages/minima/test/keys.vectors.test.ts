import { describe, expect, test } from 'vitest'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { answers, type RecordedCase, type RecordedFile } from './keys-cases.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

/** The reference starts over at the end of the counter and reuses one-time keys: recorded to be recognised, not copied. */
const isReuse = (recorded: RecordedCase): boolean =>
  recorded.note === 'counter at its end: the reference wraps to use 0'

function check(kind: string, recorded: RecordedCase): void {
  const answer = answers[kind]![recorded.op]!
  if (isReuse(recorded)) {
    expect(() => answer(recorded)).toThrow(expect.objectContaining({ code: 'key-exhausted' }))
  } else if (recorded.expect === 'ok') {
    expect(recorded).toMatchObject(subset(answer(recorded), recorded))
  } else if (recorded.op === 'verify') {
    // The reference fails with an exception, which drops the unit; here it is an invalid signature like any other.
    expect(answer(recorded)).toEqual({ valid: false })
  } else {
    expect(() => answer(recorded)).toThrow(MinipolisError)
  }
}

/** The fields of the answer that the case records; at least one. */
function subset(answer: Readonly<Record<string, unknown>>, recorded: RecordedCase): Record<string, unknown> {
  const fields = Object.entries(answer).filter(([field]) => field in recorded)
  expect(fields).not.toEqual([])
  return Object.fromEntries(fields)
}

const checkFile = ({ kind, cases }: RecordedFile): void => {
  describe(kind, () => {
    for (const recorded of cases) test(recorded.name, () => check(kind, recorded))
  })
}

describe('recorded cases of the reference, excerpt', () => {
  for (const file of readFixture<RecordedFile[]>('keys-excerpt.json')) checkFile(file)
})

describe.skipIf(!vectorsAtHand)('recorded cases of the reference, all (needs ../shared/vectors)', () => {
  if (!vectorsAtHand) return
  for (const kind of Object.keys(answers)) checkFile(readVectors<RecordedFile>(`${kind}.json`))
})
