import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MinipolisError } from '@minipolis/minima'
import { assertTranscriptFile, replayTranscripts } from '@minipolis/node/recordings'
import { readVectorFile } from '../vectors/read-file.ts'

const USAGE = `Calls our own nodes as a recording called the reference node, and compares the replies.

usage: npm run rpc-transcripts -- FILE

  FILE   a recording of calls and replies, .json or .json.gz

Prints the calls whose replies differ with the first differences, then \`N passed, N failed\`. Exit code 1 when one failed, or when the
file holds no call.
`

const SHOWN_DIFFERENCES_MAX = 5
const REQUEST_LENGTH_MAX = 100

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h', default: false } },
})
const [file] = positionals
if (values.help) process.stdout.write(USAGE)
else if (file === undefined || !existsSync(file)) {
  process.stderr.write(`minipolis: ${file === undefined ? 'name a recording' : `there is no file ${file}`}\n`)
  process.exitCode = 2
} else process.exitCode = await run(file)

async function run(path: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-transcripts-'))
  let passed = 0
  let failed = 0
  try {
    for (const { content } of readVectorFile(path)) {
      assertTranscriptFile(content)
      for await (const { transcript, differences } of replayTranscripts(content, { folder })) {
        if (differences.length === 0) {
          passed++
          continue
        }
        failed++
        console.log(`failed: ${transcript.n} ${transcript.node}: ${transcript.request.slice(0, REQUEST_LENGTH_MAX)}`)
        for (const difference of differences.slice(0, SHOWN_DIFFERENCES_MAX)) console.log(`  ${difference}`)
      }
    }
    if (passed + failed === 0) process.stderr.write(`minipolis: ${path} holds no call\n`)
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
    process.stderr.write(`minipolis: ${error.message}\n`)
    failed++
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}
