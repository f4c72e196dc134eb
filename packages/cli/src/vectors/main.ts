import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { ownFixtures } from './fixtures.ts'
import { runVectorDirectories } from './run-vectors.ts'

const USAGE = `Runs recordings of the reference node against this project.

usage: npm run vectors -- [DIR…]

  DIR   a directory with .json and .json.gz recordings; without one, the project's own excerpt runs

Prints one line per file, then the names of failed cases, then \`N passed, N failed\`. Exit code 1 when a case failed,
or when there is no case at all.
`

const SHOWN_REASONS_MAX = 20
const REASON_LENGTH_MAX = 600

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h', default: false } },
})
if (values.help) {
  process.stdout.write(USAGE)
} else {
  const missing = positionals.find((directory) => !existsSync(directory))
  if (missing !== undefined) {
    process.stderr.write(`minipolis: there is no directory ${missing}\n`)
    process.exitCode = 2
  } else {
    process.exitCode = await run(positionals.length > 0 ? positionals : ownFixtures())
  }
}

async function run(directories: readonly string[]): Promise<number> {
  let passed = 0
  const failures: { readonly name: string; readonly reason: string }[] = []
  for await (const result of runVectorDirectories(directories)) {
    const file = basename(result.path)
    if ('skipped' in result) {
      console.log(`${file}: skipped, ${result.skipped}`)
      continue
    }
    console.log(`${file} (${result.kind}): ${result.passed} passed, ${result.failed.length} failed`)
    passed += result.passed
    failures.push(...result.failed.map(({ name, reason }) => ({ name: `${file} ${name}`, reason })))
  }
  for (const [i, { name, reason }] of failures.entries()) {
    console.log(i < SHOWN_REASONS_MAX ? `failed: ${name}: ${reason.slice(0, REASON_LENGTH_MAX)}` : `failed: ${name}`)
  }
  console.log(`${passed} passed, ${failures.length} failed`)
  if (passed + failures.length > 0) return failures.length === 0 ? 0 : 1
  process.stderr.write(`minipolis: no recording of a known format in ${directories.join(', ')}\n`)
  return 1
}
