import { execFile } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { benchSource } from '../src/commands/bench-source.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const STREAMS = 100
const ROWS = 600

/** A fresh city that imports lives in 50 MB; keeping the readings of the long file would take 30 more. */
const HEAP_MEGABYTES = 64

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-memory-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([ROWS, ROWS * 6])('an import of %i rows of 100 streams fits the same small heap', async (rows) => {
  const file = join(folder, `${rows}.csv.gz`)
  await pipeline(Readable.from(benchSource(rows, STREAMS)), createGzip(), createWriteStream(file))
  const flags = [`--max-old-space-size=${HEAP_MEGABYTES}`]
  const source = ['--wide', '--start', '2026-01-01T00:00Z', '--step', '5m', '--unit', 'km/h']
  const args = [MAIN, 'import', file, ...source, '--data', join(folder, String(rows)), '--json']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args])
  expect(JSON.parse(stdout)).toMatchObject({ read: rows * STREAMS, accepted: rows * STREAMS, quarantined: 0 })
})
