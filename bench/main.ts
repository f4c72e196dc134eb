/** `npm run bench -- NAME…` runs the named benchmarks, without a name lists them. A benchmark is a file beside this one. */
import { readdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** What a benchmark file exports. */
interface Benchmark {
  /** One line: what is measured and against what. */
  readonly about: string
  readonly run: () => void | Promise<void>
}

const PARTS = ['main.ts', 'measure.ts']
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !PARTS.includes(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()
const load = async (name: string): Promise<Benchmark> => import(new URL(`${name}.ts`, import.meta.url).href)

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`bench: no benchmark named ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exitCode = 2
} else if (wanted.length === 0) {
  for (const name of names) console.log(`${name.padEnd(12)} ${(await load(name)).about}`)
} else {
  const [cpu] = cpus()
  const busy = loadavg()[0]!.toFixed(1)
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpu?.model.trim()}, load ${busy} at the start`)
  for (const name of wanted) {
    const { about, run } = await load(name)
    console.log(`\n${name}: ${about}`)
    await run()
  }
}
