import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownFixtures, sharedVectors } from '../src/vectors/fixtures.ts'
import { readVectorFile } from '../src/vectors/read-file.ts'
import { runVectorFile, vectorFilesIn } from '../src/vectors/run-vectors.ts'

const shared = sharedVectors()
const directories = shared === undefined ? ownFixtures() : [...ownFixtures(), shared]

if (shared === undefined) console.log('the full recordings are not beside the repository: only the excerpt runs')

describe.each(directories)('recordings of the reference in %s', async (directory) => {
  test.each((await vectorFilesIn(directory)).map((path) => [basename(path), path]))('%s agrees', async (_, path) => {
    for (const recording of await readVectorFile(path)) {
      const result = await runVectorFile(recording)
      if ('skipped' in result) {
        console.log(`${basename(path)}: skipped, ${result.skipped}`)
        continue
      }
      expect(result.failed).toEqual([])
      expect(result.passed).toBeGreaterThan(0)
    }
  })
})
