import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { BENCH_ROWS, benchSource } from '../../packages/cli/src/commands/bench-source.ts'

/** The METR-LA week: rows of 207 detectors, five minutes apart. Its rows carry no times, so more of them are later ones. */
const PUBLISHED = join(import.meta.dirname, '../../../shared/data/traffic/metr-la-week-speed.csv.gz')

/** Options of `minipolis import` for these files. */
export const READ_WEEKS = [
  ...['--wide', '--start', '2012-03-01T00:00', '--step', '5m'],
  ...['--zone', 'America/Los_Angeles', '--unit', '[mi_i]/h'],
]

export const sourceName = (): string => (existsSync(PUBLISHED) ? 'the published file' : 'made up in its shape')

/** Writes a gzipped CSV file of so many weeks (a quarter, one, four …): the week again and again, later each time. */
export async function writeWeeks(file: string, weeks: number): Promise<void> {
  const lines = existsSync(PUBLISHED) ? repeated(weeks) : benchSource(BENCH_ROWS * weeks)
  await pipeline(Readable.from(lines), createGzip(), createWriteStream(file))
}

async function* repeated(weeks: number): AsyncGenerator<string> {
  let left = BENCH_ROWS * weeks
  for (let week = 0; left > 0; week++) {
    let isHeader = true
    for await (const line of createInterface(createReadStream(PUBLISHED).pipe(createGunzip()))) {
      if (isHeader ? week === 0 : left-- > 0) yield `${line}\n`
      isHeader = false
    }
  }
}
