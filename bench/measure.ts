/**
 * Speed of rivals in one process: many short rounds, taken in turn, so that a busy moment of the machine hits all of
 * them. Best is what the code can do, median what it did here; CPU seconds do not count the waiting for a turn.
 */
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export interface Rival {
  readonly name: string
  /** Operations that one call does, in the unit of the comparison. Default 1. */
  readonly operationsPerCall?: number
  readonly call: () => unknown
}

/** A figure measured elsewhere, not in this process. */
export interface Recorded {
  readonly name: string
  readonly perSecond: number
  /** Where and how it was taken. */
  readonly source: string
  /** How many times as fast the first rival is to be. */
  readonly goal?: number
}

interface Measured {
  readonly name: string
  readonly bestPerSecond: number
  readonly medianPerSecond: number
  readonly perCpuSecond: number
}

export interface Comparison {
  readonly title: string
  /** What is counted, in the plural. */
  readonly unit: string
  /** The first is ours; the others are compared with it. */
  readonly rivals: readonly [Rival, ...Rival[]]
  readonly recorded?: readonly Recorded[]
}

interface Lengths {
  readonly rounds: number
  readonly roundMs: number
  readonly warmUpMs: number
}

const full: Lengths = { rounds: 30, roundMs: 20, warmUpMs: 300 }
const quick: Lengths = { rounds: 4, roundMs: 5, warmUpMs: 20 }

interface Round {
  readonly operations: number
  readonly wallMs: number
  readonly cpuMs: number
}

async function runRound({ call, operationsPerCall = 1 }: Rival, calls: number): Promise<Round> {
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  for (let done = 0; done < calls; done++) {
    const pending = call()
    if (pending instanceof Promise) await pending
  }
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpuBefore)
  return { operations: calls * operationsPerCall, wallMs, cpuMs: (user + system) / 1000 }
}

/** Calls that fill a round, found while the code gets warm. */
async function warmUp(rival: Rival, { roundMs, warmUpMs }: Lengths): Promise<number> {
  const start = performance.now()
  let calls = 1
  let perCallMs = Number.POSITIVE_INFINITY
  do {
    const { wallMs } = await runRound(rival, calls)
    perCallMs = Math.min(perCallMs, wallMs / calls)
    calls = Math.max(1, Math.min(calls * 2, Math.round(roundMs / perCallMs)))
  } while (performance.now() - start < warmUpMs)
  return calls
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function summarise(name: string, rounds: readonly Round[]): Measured {
  const rates = rounds.map(({ operations, wallMs }) => (operations / wallMs) * 1000).sort((a, b) => b - a)
  return {
    name,
    bestPerSecond: rates[0]!,
    medianPerSecond: rates[Math.floor(rates.length / 2)]!,
    perCpuSecond: (sum(rounds.map((round) => round.operations)) / sum(rounds.map((round) => round.cpuMs))) * 1000,
  }
}

/** Measures all rivals, interleaved. */
async function measure(rivals: readonly Rival[], lengths: Lengths): Promise<Measured[]> {
  const calls: number[] = []
  for (const rival of rivals) calls.push(await warmUp(rival, lengths))
  const rounds: Round[][] = rivals.map(() => [])
  for (let round = 0; round < lengths.rounds; round++) {
    for (const [index, rival] of rivals.entries()) rounds[index]!.push(await runRound(rival, calls[index]!))
  }
  return rivals.map(({ name }, index) => summarise(name, rounds[index]!))
}

const formatRate = (perSecond: number): string => {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M`
  if (perSecond >= 1e4) return `${(perSecond / 1e3).toFixed(1)} k`
  return perSecond.toFixed(perSecond < 100 ? 1 : 0)
}

const row = (name: string, cells: readonly string[], remark = ''): string =>
  `  ${name.padEnd(42)}${cells.map((cell) => cell.padStart(11)).join('')}   ${remark}`.trimEnd()

/** How comparisons are measured and where they are told. */
export type Compare = (comparison: Comparison) => Promise<void>

/** Measures comparisons; each is a table of rates per second in text, and figures in JSON. */
export const comparer =
  (report: Report, { json, quick: isQuick }: BenchOptions): Compare =>
  async (comparison) => {
    const measured = await measure(comparison.rivals, isQuick ? quick : full)
    if (json) reportFigures(comparison, measured, report)
    else printRates(comparison, measured, report)
  }

function printRates({ title, unit, recorded = [] }: Comparison, measured: readonly Measured[], report: Report): void {
  const ours = measured[0]!
  const ratio = (other: number): string => (ours.bestPerSecond / other).toFixed(2)
  report.line(`\n${title} (${unit}/s)`)
  report.line(row('', ['best', 'median', 'CPU second', 'first/this']))
  for (const { name, bestPerSecond, medianPerSecond, perCpuSecond } of measured) {
    const cells = [bestPerSecond, medianPerSecond, perCpuSecond].map(formatRate)
    report.line(row(name, name === ours.name ? cells : [...cells, ratio(bestPerSecond)]))
  }
  for (const { name, perSecond, source, goal } of recorded) {
    const verdict =
      goal === undefined ? '' : `goal ${goal}: ${ours.bestPerSecond >= goal * perSecond ? 'met' : 'MISSED'}, `
    report.line(row(name, [formatRate(perSecond), '', '', ratio(perSecond)], verdict + source))
  }
}

function reportFigures({ title, unit, recorded = [] }: Comparison, all: readonly Measured[], report: Report): void {
  const [reference] = recorded
  for (const { name, bestPerSecond, medianPerSecond, perCpuSecond } of all) {
    const about = { unit: `${unit}/s`, better: 'more' } as const
    const isOurs = name === all[0]!.name
    report.figure({
      ...about,
      ...{ measure: `${title}: ${name}, best`, value: bestPerSecond },
      ...(isOurs && reference && { reference: reference.perSecond, referenceFrom: 'recorded' }),
      ...(isOurs && reference?.goal !== undefined && { goalRatio: reference.goal }),
    })
    report.figure({ ...about, measure: `${title}: ${name}, median`, value: medianPerSecond })
    report.figure({ ...about, measure: `${title}: ${name}, in a CPU second`, value: perCpuSecond })
  }
}
