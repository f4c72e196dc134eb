import { describe, expect, test } from 'vitest'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { runFuzz } from './fuzz/run-fuzz.ts'
import { fixtureFiles, recordedSamples } from './fuzz/samples.ts'
import { fuzzTargets } from './fuzz/targets.ts'

const RUNS = 20_000
const SEED = 20_261_122
const samples = recordedSamples(fixtureFiles())

describe('readers of foreign bytes', () => {
  test('answer damaged recordings with a value or a typed error, and in time', () => {
    const report = runFuzz({ runs: RUNS, seed: SEED, samples, runMsMax: 2_000, clock: () => performance.now() })
    expect(report.findings).toEqual([])
    expect(report.runs).toBe(RUNS)
    // Mutations that never reach the inside of an object would prove nothing.
    expect(report.accepted).toBeGreaterThan(RUNS / 10)
    expect(report.refused).toBeGreaterThan(RUNS / 10)
  })

  test.each(fuzzTargets.map((target) => [target.name, target] as const))(
    '%s: every truncation of a recording is answered with a value or a typed error',
    (_, target) => {
      for (const type of target.sampleTypes) {
        const sample = (samples.get(type) ?? []).find(({ length }) => length > 0 && length < 2_000)
        if (sample === undefined) continue
        for (let size = 0; size < sample.length; size++) {
          try {
            target.run(sample.subarray(0, size))
          } catch (error) {
            expect(error).toBeInstanceOf(MinipolisError)
          }
        }
      }
    },
  )
})
