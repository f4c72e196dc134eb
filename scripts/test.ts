/** Runs every test, passes arguments on to the runner, and ends with one plain line `N passed, N failed`. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = mkdtempSync(join(tmpdir(), 'minipolis-test-'))
const report = join(folder, 'report.json')
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    readonly status: 'passed' | 'failed'
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** Files that failed outside of their tests: while being loaded, set up or cleared away. */
const brokenFiles = ({ testResults }: Report): number =>
  testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  ).length

try {
  const result = JSON.parse(readFileSync(report, 'utf8')) as Report
  const found = result.numFailedTests + brokenFiles(result)
  // An error that no test waited for fails the run, and stands with none of them.
  const failed = run.status === 0 ? found : Math.max(1, found)
  console.log(`${result.numPendingTests} skipped`)
  console.log(`${result.numPassedTests} passed, ${failed} failed`)
} catch {
  console.log('0 passed, 1 failed')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = run.status ?? 1
