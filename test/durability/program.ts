import { execFile } from 'node:child_process'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts')

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `minipolis …` to its end in a process of its own. */
export const minipolis = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err })
    })
  })
