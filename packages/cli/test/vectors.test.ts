import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownFixtures, sharedVectors } from '../src/vectors/fixtures.ts'
import { readVectorFile } from '../src/vectors/read-file.ts'
import { runVectorFile, vectorFilesIn } from '../src/vectors/run-vectors.ts'

const filesIn = (directories: readonly string[]): readonly string[] => directories.flatMap(vectorFilesIn)

const named = (paths: readonly string[]): readonly (readonly [name: string, path: string])[] =>
  paths.map((path) => [basename(path), path])

const agrees = async ([, path]: readonly [string, string], { skip }: { skip(reason: string): void }): Promise<void> => {
  const results = await Promise.all([...readVectorFile(path)].map(runVectorFile))
  for (const result of results) if ('failed' in result) expect(result.failed).toEqual([])
  const passed = results.reduce((sum, result) => sum + ('passed' in result ? result.passed : 0), 0)
  const [unknown] = results
  if (passed === 0 && unknown !== undefined && 'skipped' in unknown) skip(unknown.skipped)
  expect(passed).toBeGreaterThan(0)
}

describe("the project's own excerpt of the recordings", () => {
  test.for(named(filesIn(ownFixtures())))('%s agrees', agrees)
})

const shared = sharedVectors()

describe.skipIf(shared === undefined)('all recordings of the reference (needs ../shared/vectors)', () => {
  test.for(named(filesIn(shared === undefined ? [] : [shared])))('%s agrees', agrees)
})

describe('a recording that is not met', () => {
  const recording = (content: object) => ({
    path: join('recordings', 'altered.json'),
    content: content as Parameters<typeof runVectorFile>[0]['content'],
    *neighbours() {},
  })
  const numbers = (c: object): object => ({
    kind: 'mininumber',
    cases: [{ name: 'altered', op: 'parse', text: '1.50', ...c }],
  })

  test.each([
    ['another result', { expect: 'ok', plain: '1.6' }, 'mismatch'],
    ['a refusal that does not come', { expect: 'reject' }, 'mismatch'],
    ['a field that nothing looks at', { expect: 'ok', plain: '1.5', color: 'red' }, 'unchecked'],
    ['an operation that is not known', { expect: 'ok', op: 'cube' }, 'unchecked'],
    ['a field of another type', { expect: 'ok', text: 5 }, 'shape'],
  ])('%s fails by name', async (_, altered, code) => {
    const result = await runVectorFile(recording(numbers(altered)))
    expect(result).toMatchObject({ passed: 0, failed: [{ name: 'altered', reason: expect.stringContaining(code) }] })
  })

  test('a format that is not known is named as skipped, with what it says of itself', async () => {
    const result = await runVectorFile(recording({ kind: 'weather', cases: [] }))
    expect(result).toMatchObject({ skipped: 'kind "weather" is not known' })
  })
})
