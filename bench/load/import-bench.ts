import { spawnSync } from 'node:child_process'
import type { ImportBench } from '../../packages/cli/src/commands/bench.ts'
import { programArguments } from './program.ts'

/** What `minipolis bench` measures: an import into a fresh city, in a process of its own. @param file made up when absent */
export function benchImport(file?: string): ImportBench {
  const args = ['bench', ...(file === undefined ? [] : [file]), '--json']
  const { stdout, stderr, status } = spawnSync(process.execPath, [...programArguments(), ...args], { encoding: 'utf8' })
  if (status !== 0) throw new RangeError(`minipolis bench failed: ${stderr}`)
  return JSON.parse(stdout) as ImportBench
}
