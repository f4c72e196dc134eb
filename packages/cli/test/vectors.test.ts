import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownFixtures, sharedVectors } from '../src/vectors/fixtures.ts'
import { readVectorFile } from '../src/vectors/read-file.ts'
import { type FileResult, runVectorDirectories, runVectorFile, vectorFilesIn } from '../src/vectors/run-vectors.ts'

const packages = join(import.meta.dirname, '..', '..')

/** Recorded calls are slow to replay, and the node's own tests do it. */
const isReplayedElsewhere = (path: string): boolean => basename(path).startsWith('rpc-')

const filesIn = (directories: readonly string[]): readonly string[] =>
  directories.flatMap(vectorFilesIn).filter((path) => !isReplayedElsewhere(path))

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

  test.each([
    ['no cases', { kind: 'mininumber', cases: [] }, 'holds no case'],
    ['no list of cases', { kind: 'mininumber' }, 'shape: expected a list in the field cases'],
    ['no list of runs', { format: 'kissvm-1', cases: 'none' }, 'shape: expected a list in the field cases'],
    ['no connections', { title: 'quiet', connections: [], maxima_private_keys: [] }, 'holds no case'],
    ['no list of connections', { title: 'quiet', reference_version: '1.0.45-TEST', connections: 'none' }, 'shape'],
    ['nothing of a chain', { header: { format: 'minipolis-chain-vectors-1' } }, 'shape'],
    ['no calls', { meta: { seeds: {} }, transcripts: [] }, 'holds no case'],
    ['calls without a wallet', { transcripts: [{ n: 1 }] }, 'not-a-transcript'],
  ])('with %s is a failed case', async (_, content, reason) => {
    const result = await runVectorFile(recording(content))
    expect(result).toMatchObject({ passed: 0, failed: [{ reason: expect.stringContaining(reason) }] })
  })

  test.each([
    [-1, 'ok'],
    [-2, 'reject'],
    [2, 'reject'],
  ])('a size of %i for three bytes is %s: -1 alone stands for any', async (size, expect_) => {
    const sized = { name: 'sized', op: 'minidata.decodesized', hex: '0x00000003010203', size, expect: expect_ }
    expect(await runVectorFile(recording({ kind: 'primitives', cases: [sized] }))).toMatchObject({ passed: 1 })
  })

  test('a format that is not known is named as skipped, with what it says of itself', async () => {
    const result = await runVectorFile(recording({ kind: 'weather', cases: [] }))
    expect(result).toMatchObject({ skipped: 'kind "weather" is not known' })
  })
})

const backwards = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(backwards)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, inner]) => [name, backwards(inner)])
  return Object.fromEntries(members.reverse())
}

describe('files of a directory', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vectors-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)
  const results = async (): Promise<FileResult[]> => {
    const found: FileResult[] = []
    for await (const result of runVectorDirectories([folder])) found.push(result)
    return found
  }
  const numbers = JSON.stringify({ kind: 'mininumber', cases: [{ name: 'one', op: 'parse', text: '1', plain: '1' }] })

  test('are known by what they hold, whatever their names and whether they are packed', async () => {
    write('a.json', gzipSync(numbers))
    write('b.json.gz', numbers)
    write('C.JSON', `\uFEFF${numbers}`)
    expect((await results()).map((result) => 'passed' in result && result.passed)).toEqual([1, 1, 1])
  })

  test('that hold other JSON are named as skipped', async () => {
    write('a.json', '[1, 2]')
    write('b.json', '[]')
    write('c.json', '"text"')
    expect((await results()).map((result) => 'skipped' in result && result.skipped)).toEqual([
      'it holds no JSON object',
      'it holds no JSON object',
      'it holds no JSON object',
    ])
  })

  test('that cannot be read, or end amid their cases, are failed cases, and the others run', async () => {
    write('a.json', '{"kind":')
    write('b.json', JSON.stringify({ connections: [{ id: 7 }] }))
    write('c.json', JSON.stringify({ header: { format: 'minipolis-chain-vectors-1' }, events: [{}] }))
    write('d.json', numbers)
    const found = await results()
    expect(found.map((result) => 'failed' in result && [result.passed, result.failed.length])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 0],
    ])
    expect(found[1]).toMatchObject({ failed: [{ reason: expect.stringContaining('shape: connection 7') }] })
  })

  test('may name the members of their objects in any order', async () => {
    const chain = JSON.parse(
      gunzipSync(readFileSync(join(packages, 'node/test/fixtures/chain-excerpt.json.gz'))).toString(),
    ) as { events: readonly object[] }
    write('chain.json', JSON.stringify(backwards({ ...chain, events: chain.events.slice(0, 4) })))
    expect(await results()).toMatchObject([{ passed: 4, failed: [] }])
  })

  test('find the chain that they build on beside them under any name, and past files that cannot be read', async () => {
    const chain = JSON.parse(
      gunzipSync(readFileSync(join(packages, 'node/test/fixtures/chain-excerpt.json.gz'))).toString(),
    ) as { header: object; events: readonly { state?: { tip: string } }[] }
    const tip = chain.events.findLast(({ state }) => state !== undefined)!.state!.tip
    const answers = { complete: { blocks: [tip] }, greetings: [], heavier: [] }
    write('broken.json', '{')
    write('harbour.json', JSON.stringify(chain))
    write('answers.json', JSON.stringify({ header: chain.header, ibd: answers }))
    const found = await results()
    const result = found.find(({ path }) => path.endsWith('answers.json'))
    // The chain is there: what is compared with it are the answers, which were made up.
    expect(result).toMatchObject({
      failed: expect.arrayContaining([{ name: 'complete download', reason: expect.any(String) }]),
    })
  })
})
