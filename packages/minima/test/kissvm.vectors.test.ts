import { describe, expect, test } from 'vitest'
import { type KissvmFile, kissvmDifferences } from './kissvm-vectors.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

const FILES = ['language', 'functions', 'contracts', 'trace', 'fuzz-1', 'fuzz-2', 'fuzz-3']

/** One test per group; it names the cases that differ and how. */
const checkFile = (file: KissvmFile): void => {
  for (const [group, cases] of Map.groupBy(file.cases, (recorded) => recorded.group)) {
    test(`${group}: ${cases.length} runs end as recorded`, () => {
      const differing = cases
        .map((recorded) => ({ name: recorded.name, differences: kissvmDifferences(file, recorded) }))
        .filter(({ differences }) => differences.length > 0)
      expect(differing).toEqual([])
    })
  }
}

describe('recorded runs of the reference, excerpt', () => {
  checkFile(readFixture<KissvmFile>('kissvm-excerpt.json'))
})

describe.skipIf(!vectorsAtHand)('recorded runs of the reference, all (../shared/vectors)', () => {
  if (!vectorsAtHand) return
  for (const name of FILES) describe(name, () => checkFile(readVectors<KissvmFile>(`kissvm-${name}.json`)))
})

test('a run that differs from its recording is noticed', () => {
  const file = readFixture<KissvmFile>('kissvm-excerpt.json')
  const recorded = file.cases.find(({ success, trace }) => success && trace !== undefined)!
  expect(kissvmDifferences(file, { ...recorded, instructions: recorded.instructions + 1 })).toHaveLength(1)
  expect(kissvmDifferences(file, { ...recorded, trace: recorded.trace!.slice(1) })).toHaveLength(1)
})
