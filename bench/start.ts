/** The city as `npm start` runs it, in a process of its own: start, memory before and after a big import, idle CPU. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { printReference } from './load/reference-idle.ts'
import { takenBy } from './load/resident.ts'

export const about =
  'a city as npm start runs it: first block, memory at start, idle, and after 417,312 readings; idle CPU'

const ROOT = join(import.meta.dirname, '..')
const FILE = join(ROOT, '../shared/data/traffic/metr-la-week-speed.csv.gz')
const READ = [
  '--wide',
  '--stream',
  'la/',
  '--start',
  '2012-03-01T00:00',
  '--step',
  '5m',
  '--zone',
  'America/Los_Angeles',
]

/** Default keys are made in the background first. */
const SETTLE_MS = 15_000
const IDLE_MS = 60_000
const AFTER_IMPORT_MS = 30_000
const GOAL_FIRST_BLOCK_MS = 2_000

/** The command of `npm start` without its last word: the program with its flags. */
const program = (): string[] => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
  return scripts.start.split(' ').slice(1, -1)
}

const minipolis = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [...program(), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })

interface Started {
  readonly child: ChildProcess
  readonly firstBlockMs: number
}

async function startCity(folder: string): Promise<Started> {
  const began = performance.now()
  const child = minipolis(['start', '--data', folder, '--no-demo', '--json', '--port', '0', '--mqtt-port', '0'])
  for await (const line of createInterface(child.stdout!)) {
    const { url } = JSON.parse(line) as { readonly url: string }
    for (;;) {
      const { tip } = (await (await fetch(`${url}/v1/status`)).json()) as { readonly tip: unknown }
      if (tip !== null) return { child, firstBlockMs: performance.now() - began }
      await delay(10)
    }
  }
  throw new TypeError('the city ended before it said where it is')
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGINT')
  await gone
}

const mb = (pid: number): string => `${takenBy(pid).residentMb.toFixed(0)} MB resident`

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  try {
    // The second life finds the compiled code of the first, as every start but the first does.
    await stop((await startCity(join(folder, 'first'))).child)
    const data = join(folder, 'city')
    const { child, firstBlockMs } = await startCity(data)
    const pid = child.pid!
    const isMet = firstBlockMs < GOAL_FIRST_BLOCK_MS ? 'met' : 'MISSED'
    console.log(`  first block ${firstBlockMs.toFixed(0)} ms after the process began, goal 2 s: ${isMet}; ${mb(pid)}`)
    await delay(SETTLE_MS)
    const before = takenBy(pid)
    await delay(IDLE_MS)
    const idle = ((takenBy(pid).cpuMs - before.cpuMs) / IDLE_MS) * 100
    console.log(`  ${mb(pid)} after an idle minute, ${idle.toFixed(2)} % of a core with a block every 2 s`)
    if (existsSync(FILE)) await importInto(data, pid)
    else console.log('  the METR-LA week is not there: nothing is imported')
    await stop(child)
    await printReference(IDLE_MS)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function importInto(data: string, pid: number): Promise<void> {
  const before = takenBy(pid)
  const importing = minipolis(['import', FILE, '--data', data, '--json', '--unit', '[mi_i]/h', ...READ])
  importing.stdout!.resume()
  await once(importing, 'exit')
  const seconds = (takenBy(pid).cpuMs - before.cpuMs) / 1000
  console.log(`  ${mb(pid)} when 417,312 readings are in, ${seconds.toFixed(1)} s of the server's processor time`)
  await delay(AFTER_IMPORT_MS)
  console.log(`  ${mb(pid)} ${AFTER_IMPORT_MS / 1000} s later`)
}
