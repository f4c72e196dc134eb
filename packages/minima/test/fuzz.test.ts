import { describe, expect, test } from 'vitest'
import { type Codec, CodecError, concatBytes, data, decode, encode, fromHex, miniNumber } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { MiniNumber } from '../src/number/index.ts'
import { Pulse, StateVariable, Transaction, Witness } from '../src/objects/index.ts'
import { SuperParents } from '../src/objects/super-parents.ts'
import { runFuzz } from './fuzz/run-fuzz.ts'
import { fixtureFiles, recordedSamples } from './fuzz/samples.ts'
import { fuzzTargets } from './fuzz/targets.ts'
import { threadMs } from './thread-ms.ts'

const RUNS = 20_000
const SEED = 20_261_122
const samples = recordedSamples(fixtureFiles())

describe('readers of foreign bytes', () => {
  test('answer damaged recordings with a value or a typed error, and in time', () => {
    const report = runFuzz({ runs: RUNS, seed: SEED, samples, runMsMax: 2_000, clock: threadMs })
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

  test('announced lengths and counts are refused before anything is allocated for them', () => {
    // Each is a small unit that claims half a gigabyte, two thousand million elements, or super parents without end.
    const claims: readonly (readonly [Codec<unknown>, string])[] = [
      [data, '0x20000000'],
      [Pulse, '0x00010100047FFFFFFF'],
      [Transaction, '0x00047FFFFFFF'],
      [Witness, '0x00010000010000047FFFFFFF'],
      [StateVariable, '0x01011FFFFFFF'],
      [SuperParents, `0x${'0000000000'.repeat(50_000)}`],
    ]
    const before = process.memoryUsage().arrayBuffers
    for (const [codec, hex] of claims) {
      for (let i = 0; i < 50; i++) expect(() => decode(codec, fromHex(hex))).toThrow(CodecError)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })

  test('long lists of the smallest elements are read in time that grows with their length', () => {
    const count = 200_000
    const elements = fromHex(`0x${'000100'.repeat(count)}`)
    const bytes = concatBytes(encode(miniNumber, MiniNumber.of(count)), elements, fromHex('0x000100000100'))
    const started = threadMs()
    expect(decode(Witness, bytes).signatures).toHaveLength(count)
    expect(threadMs() - started).toBeLessThan(2_000)
  })
})
