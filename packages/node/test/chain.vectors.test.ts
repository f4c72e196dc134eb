import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { replayCases } from '../src/replay/index.ts'

const vectors = join(import.meta.dirname, '../../../../shared/vectors')

const read = (name: string): object | undefined => {
  const file = join(vectors, name)
  if (!existsSync(file)) return undefined
  const bytes = readFileSync(file)
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as object
}

function* recordedChains(): Generator<object> {
  for (const name of readdirSync(vectors)) if (name.startsWith('chain-')) yield read(name)!
}

function replay(content: object): { passed: number; failed: string[] } {
  const failed: string[] = []
  let passed = 0
  for (const { name: caseName, check } of replayCases(content, recordedChains)!) {
    try {
      check()
      passed++
    } catch (error) {
      failed.push(`${caseName}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { passed, failed }
}

test('the first 98 units of a recorded chain, with tokens, forks, orphans and false blocks, lead to the same states', () => {
  const excerpt = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures/chain-excerpt.json.gz'))).toString()
  expect(replay(JSON.parse(excerpt) as object)).toEqual({ passed: 98, failed: [] })
})

/** Cases of each recording, so that a replay that stops early shows. */
const recordings = [
  ['chain-A.json.gz', 388],
  ['chain-real.json.gz', 82],
  ['chain-main.json.gz', 4],
  ['chain-A-ibd.json.gz', 16],
  ['chain-A-ibdproc.json', 10],
] as const

describe.skipIf(!existsSync(vectors))('recorded chains of the reference (skipped without ../shared)', () => {
  test.each(recordings)('%s replays with the same state after every step', (name, count) => {
    expect(replay(read(name)!)).toEqual({ passed: count, failed: [] })
  })
})
