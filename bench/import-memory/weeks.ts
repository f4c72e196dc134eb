import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { BENCH_ROWS, benchSource } from '../../packages/cli/src/commands/bench-source.ts'
import { WEEK_FILE } from '../../test/durability/detector-week.ts'

export const sourceName = (): string => (existsSync(WEEK_FILE) ? 'the published file' : 'made up in its shape')

/**
 * Writes a gzipped CSV file of so many weeks (a quarter, one, four …): the week again and again. Its rows carry no times, so more of
 * them are later ones.
 */
export async function writeWeeks(file: string, weeks: number): Promise<void> {
  const lines = existsSync(WEEK_FILE) ? repeated(weeks) : benchSource(BENCH_ROWS * weeks)
  await pipeline(Readable.from(lines), createGzip(), createWriteStream(file))
}

async function* repeated(weeks: number): AsyncGenerator<string> {
  let left = BENCH_ROWS * weeks
  for (let week = 0; left > 0; week++) {
    let isHeader = true
    for await (const line of createInterface(createReadStream(WEEK_FILE).pipe(createGunzip()))) {
      if (isHeader ? week === 0 : left-- > 0) yield `${line}\n`
      isHeader = false
    }
  }
}
