/** Long fuzz runs over every reader of foreign bytes: `npm run fuzz -- --runs 1000000 --seed 7`. */
import { parseArgs } from 'node:util'
import { runFuzz } from '../packages/minima/test/fuzz/run-fuzz.ts'
import { fixtureFiles, recordedSamples, sharedFiles } from '../packages/minima/test/fuzz/samples.ts'

const DEFAULT_RUNS = 100_000
const RUN_MS_MAX = 5_000

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: String(DEFAULT_RUNS) },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const runs = Number(values.runs)
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed)

if (values.help || !Number.isSafeInteger(runs) || !Number.isSafeInteger(seed)) {
  console.log(`usage: npm run fuzz -- [--runs N] [--seed S]

  --runs N   how many damaged inputs to try (${DEFAULT_RUNS})
  --seed S   a whole number; the same seed gives the same inputs (the time of day)`)
  process.exitCode = values.help ? 0 : 2
} else {
  console.log(`seed ${seed}, ${runs} runs`)
  const report = runFuzz({
    runs,
    seed,
    samples: recordedSamples([...fixtureFiles(), ...sharedFiles()]),
    runMsMax: RUN_MS_MAX,
    clock: () => performance.now(),
    onProgress: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${runs}`)
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\n')
  for (const { target, input, problem } of report.findings) console.log(`finding in ${target}: ${problem}\n  ${input}`)
  console.log(
    `${report.runs} runs: ${report.accepted} accepted, ${report.refused} refused, ` +
      `slowest ${report.slowestMs.toFixed(1)} ms, ${report.findings.length} findings`,
  )
  process.exitCode = report.findings.length === 0 ? 0 : 1
}
