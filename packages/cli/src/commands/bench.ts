import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImportOptions, ImportReport } from '@minipolis/city'
import type { Command } from 'commander'
import { type CommandContext, withCity } from '../access/context.ts'
import { openSource } from '../source/open-source.ts'
import { CommandError } from '../terminal/command-error.ts'
import { startProgress } from '../terminal/progress.ts'
import { facts, grouped } from '../terminal/table.ts'
import { benchSource } from './bench-source.ts'
import { example, type JsonOption, jsonOption } from './options.ts'

/** What one run did, with the conditions it ran under. */
export interface ImportBench {
  readonly readings: number
  readonly seconds: number
  readonly readingsPerSecond: number
  readonly cpuSeconds: number
  /** Most memory the process ever had. */
  readonly peakRssMegabytes: number
  /** From the end of the import until a block anchors its last reading; absent when none came in time. */
  readonly anchoredAfterSeconds?: number
  /** Processor time from the beginning of the import until then. */
  readonly anchoredCpuSeconds?: number
  readonly processors: number
  readonly node: string
}

const ANCHOR_WAIT_MS = 60_000
const LOOK_EVERY_MS = 100

/** The week of METR-LA, which has no times of its own. */
const METR_LA: Omit<ImportOptions, 'source'> = {
  stream: 'la/',
  wide: true,
  start: '2012-03-01T00:00',
  step: '5m',
  zone: 'America/Los_Angeles',
  unit: '[mi_i]/h',
}

/** `minipolis bench`: how fast this machine takes readings. */
export function addBench(program: Command, context: CommandContext): void {
  const command = program
    .command('bench')
    .summary('measure how fast this machine takes readings')
    .description(
      'Measures how fast this machine takes readings: a week of 207 detectors (417,312 readings) imported into a new data folder, ' +
        'signed, durable, logged and anchored. The folder is deleted afterwards.',
    )
    .argument('[file]', 'the METR-LA week (metr-la-week-speed.csv.gz); without it a file of the same shape is made up')
    .addOption(jsonOption())
  example(command, 'minipolis bench')
  command.action(async (file: string | undefined, options: JsonOption) => {
    const result = await benchImport(file, context)
    context.terminal.out(options.json ? `${JSON.stringify(result)}\n` : describe(result))
  })
}

async function benchImport(file: string | undefined, context: CommandContext): Promise<ImportBench> {
  const { terminal } = context
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  try {
    return await withCity(context, folder, 'make', async (city) => {
      const source = file === undefined ? benchSource() : openSource(file, terminal.stdin).bytes
      const progress = startProgress(terminal, 'importing', 0)
      const cpu = process.cpuUsage()
      const begin = performance.now()
      let report: ImportReport
      try {
        report = await city.import(source, { source: file ?? 'bench', ...METR_LA }, ({ accepted }) =>
          progress.update(accepted),
        )
      } finally {
        progress.stop()
      }
      const seconds = (performance.now() - begin) / 1_000
      const cpuSeconds = cpuSecondsSince(cpu)
      if (report.accepted !== report.read) {
        throw new CommandError(
          'usage',
          `${report.accepted} of ${report.read} readings were accepted: is it the METR-LA week?`,
        )
      }
      const anchoredAfterSeconds = await secondsUntilAnchored(report.accepted, () =>
        city.node().then(({ log }) => log.anchored),
      )
      return {
        readings: report.accepted,
        seconds: rounded(seconds),
        readingsPerSecond: Math.round(report.accepted / seconds),
        cpuSeconds: rounded(cpuSeconds),
        peakRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
        ...(anchoredAfterSeconds !== undefined && {
          anchoredAfterSeconds,
          anchoredCpuSeconds: rounded(cpuSecondsSince(cpu)),
        }),
        processors: availableParallelism(),
        node: process.version,
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function secondsUntilAnchored(
  size: number,
  anchored: () => Promise<number | undefined>,
): Promise<number | undefined> {
  const begin = performance.now()
  while (performance.now() - begin < ANCHOR_WAIT_MS) {
    if (((await anchored()) ?? 0) >= size) return rounded((performance.now() - begin) / 1_000)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  return undefined
}

const cpuSecondsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000
}

const rounded = (seconds: number): number => Math.round(seconds * 100) / 100

function describe(result: ImportBench): string {
  return facts([
    ['readings', `${grouped(result.readings)} in ${result.seconds} s`],
    ['speed', `${grouped(result.readingsPerSecond)} readings/s, ${result.cpuSeconds} s of processor time`],
    ['memory', `${result.peakRssMegabytes} MB at most`],
    [
      'anchored',
      result.anchoredAfterSeconds === undefined
        ? 'not in time'
        : `${result.anchoredAfterSeconds} s after the last reading`,
    ],
    ['machine', `${result.processors} processors, Node.js ${result.node}`],
  ])
}
