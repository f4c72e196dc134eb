/** Format, lint, types and import direction: everything about the sources that no test runs. */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layerFaults } from './layers.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const tool = (name: string, args: readonly string[]): boolean =>
  spawnSync(join(root, 'node_modules', '.bin', name), args, { cwd: root, stdio: 'inherit' }).status === 0

const formatted = tool('biome', ['ci', '--error-on-warnings', '.'])
const typed = tool('tsc', ['-b'])
const faults = layerFaults(root)
for (const fault of faults) console.error(`layers: ${fault}`)
console.log(
  `format and lint ${formatted ? 'clean' : 'FAILED'}, types ${typed ? 'clean' : 'FAILED'}, ` +
    `import direction ${faults.length === 0 ? 'clean' : `${faults.length} faults`}`,
)
process.exitCode = formatted && typed && faults.length === 0 ? 0 : 1
