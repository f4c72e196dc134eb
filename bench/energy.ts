import { energyOfBlocks } from './energy/blocks.ts'
import { type Cost, costReporter } from './energy/cost.ts'
import { energyOfEvidence } from './energy/evidence.ts'
import { energyOfReadings } from './energy/readings.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about =
  'CPU of each block, transaction, anchored reading and evidence, and joules of them where --watts-per-core is given'

export async function run(report: Report, options: BenchOptions): Promise<void> {
  const { wattsPerCore, quick } = options
  const tell: (cost: Cost) => void = costReporter(report, wattsPerCore)
  report.line(
    wattsPerCore === undefined
      ? '  CPU only; with --watts-per-core W, what a busy core of this machine draws, joules too'
      : `  joules as if a busy core drew ${wattsPerCore} W and an idle one nothing`,
  )
  await energyOfBlocks(tell, options)
  await energyOfReadings(tell, quick)
  await energyOfEvidence(tell, quick)
}
