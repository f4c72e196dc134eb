import { toHex } from '../../src/codec/index.ts'
import { MinipolisError } from '../../src/errors/minipolis-error.ts'
import { mutate } from './mutate.ts'
import { type SeededRandom, seededRandom } from './random.ts'
import { type FuzzTarget, fuzzTargets } from './targets.ts'

export interface FuzzOptions {
  readonly runs: number
  readonly seed: number
  readonly samples: ReadonlyMap<string, readonly Uint8Array[]>
  /** A run that takes longer is a finding: no input may hang. */
  readonly runMsMax: number
  /** Monotonic milliseconds. */
  readonly clock: () => number
  readonly onProgress?: (runs: number) => void
}

/** An input that was answered wrongly. `input` is hex. */
export interface Finding {
  readonly target: string
  readonly input: string
  readonly problem: string
}

export interface FuzzReport {
  readonly runs: number
  readonly accepted: number
  readonly refused: number
  readonly slowestMs: number
  readonly findings: readonly Finding[]
}

const FINDINGS_MAX = 20
const PROGRESS_EVERY = 10_000
/** Mutations may make inputs grow; nothing larger is tried. */
const INPUT_SIZE_MAX = 256 * 1024

const inputFor = (target: FuzzTarget, { samples }: FuzzOptions, random: SeededRandom): Uint8Array => {
  const own = samples.get(random.pick(target.sampleTypes)) ?? [new Uint8Array(0)]
  const other = random.pick([...samples.values()].flat())
  return mutate(random.pick(own), other, random).subarray(0, INPUT_SIZE_MAX)
}

/** Feeds mutated recordings to every reader in turn. The same options give the same runs. */
export function runFuzz(options: FuzzOptions): FuzzReport {
  const random = seededRandom(options.seed)
  const findings: Finding[] = []
  let accepted = 0
  let refused = 0
  let slowestMs = 0
  let run = 0
  for (; run < options.runs && findings.length < FINDINGS_MAX; run++) {
    const target = fuzzTargets[run % fuzzTargets.length]!
    const input = inputFor(target, options, random)
    const started = options.clock()
    let problem: string | undefined
    try {
      target.run(input)
      accepted++
    } catch (error) {
      if (error instanceof MinipolisError) refused++
      else problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    const tookMs = options.clock() - started
    slowestMs = Math.max(slowestMs, tookMs)
    if (tookMs > options.runMsMax) problem ??= `took ${tookMs.toFixed(0)} ms for ${input.length} bytes`
    if (problem !== undefined) findings.push({ target: target.name, input: toHex(input), problem })
    if ((run + 1) % PROGRESS_EVERY === 0) options.onProgress?.(run + 1)
  }
  return { runs: run, accepted, refused, slowestMs, findings }
}
