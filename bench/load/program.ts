import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../..')

/** What Node.js is given before the command, so that a measured process runs exactly as `npm start` runs it. */
export function programArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
  return scripts.start
    .split(' ')
    .slice(1, -1)
    .map((word) => (word.startsWith('./') || word.startsWith('packages/') ? join(ROOT, word) : word))
}

/** `minipolis start` or `minipolis node start`, in a process of its own. */
export interface RunningProgram {
  readonly pid: number
  /** From the start of the process until it says that it runs. */
  readonly startedMs: number
  /** What it says, as JSON. */
  readonly said: string
  /** As Ctrl+C does; resolves when the process has ended. */
  stop(): Promise<void>
}

/** @param args with `--json` among them: the first line tells that it runs */
export async function startProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunningProgram> {
  const began = performance.now()
  const child = spawn(process.execPath, [...programArguments(), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new TypeError(`minipolis ${args[0]} ended with ${code} before it ran`)
  })
  const [said] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
  return {
    pid: child.pid!,
    startedMs: performance.now() - began,
    said,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      await gone
    },
  }
}
