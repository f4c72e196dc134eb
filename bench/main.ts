/** `npm run bench -- NAME…` runs the named benchmarks, without a name lists them. A benchmark is a file beside this one. */
import { readdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { type BenchOptions, OPTIONS_HELP, readOptions } from './options.ts'
import { JsonReport, type Report, TextReport } from './report.ts'

/** What a benchmark file exports. */
interface Benchmark {
  /** One line: what is measured and against what. */
  readonly about: string
  readonly run: (report: Report, options: BenchOptions) => void | Promise<void>
}

const PARTS = ['main.ts', 'measure.ts', 'options.ts', 'report.ts']
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !PARTS.includes(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()
const load = async (name: string): Promise<Benchmark> => import(new URL(`${name}.ts`, import.meta.url).href)

/** What the figures were taken on and with. */
const conditions = () => ({
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`,
  processors: cpus().length,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  loadAtStart: Number(loadavg()[0]!.toFixed(1)),
})

async function list(): Promise<void> {
  for (const name of names) console.log(`${name.padEnd(18)} ${(await load(name)).about}`)
  console.log(`\n${OPTIONS_HELP}`)
}

async function runText(wanted: readonly string[], options: BenchOptions): Promise<void> {
  const { command, processors, processor, node, loadAtStart } = conditions()
  console.log(`${command}\nNode.js ${node}, ${processors} × ${processor}, load ${loadAtStart} at the start`)
  for (const name of wanted) {
    const { about, run } = await load(name)
    console.log(`\n${name}: ${about}`)
    await run(new TextReport(), options)
  }
}

async function runJson(wanted: readonly string[], options: BenchOptions): Promise<void> {
  const started = conditions()
  const benchmarks: object[] = []
  for (const name of wanted) {
    const { about, run } = await load(name)
    const report = new JsonReport()
    await run(report, options)
    benchmarks.push({ name, about, figures: report.figures, lines: report.lines })
  }
  console.log(JSON.stringify({ ...started, benchmarks }, null, 2))
}

const { wanted, options, fault } = readOptions(process.argv.slice(2))
const unknown = wanted.filter((name) => !names.includes(name))
if (fault !== undefined || unknown.length > 0) {
  console.error(`bench: ${fault ?? `no benchmark named ${unknown.join(', ')}; there are ${names.join(', ')}`}`)
  process.exitCode = 2
} else if (wanted.length === 0) await list()
else await (options.json ? runJson : runText)(wanted, options)
