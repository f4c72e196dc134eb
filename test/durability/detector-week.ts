import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { drawsAt } from '../../packages/cli/src/simulator/random.ts'

/** Speeds of loop detectors in wide form: a line of detector ids, then one row for every five minutes, without times. */
export interface DetectorWeek {
  readonly file: string
  /** Columns. */
  readonly detectors: readonly string[]
  /** Text of each cell, row by row. */
  readonly rows: readonly (readonly string[])[]
}

export const STREAM_PREFIX = 'la/'

/** The options of `minipolis import` for such a file. */
export const IMPORT_OPTIONS: readonly string[] = [
  '--wide',
  ...['--stream', STREAM_PREFIX],
  ...['--start', '2012-03-01T00:00'],
  ...['--step', '5m'],
  ...['--zone', 'America/Los_Angeles'],
  ...['--unit', '[mi_i]/h'],
]

/** The published week of METR-LA, 417,312 readings; not on every machine. */
export const WEEK_FILE = join(import.meta.dirname, '../../../shared/data/traffic/metr-la-week-speed.csv.gz')

/** The published week, where it is at hand. */
export function realWeek(): DetectorWeek | undefined {
  if (!existsSync(WEEK_FILE)) return undefined
  const [head, ...rows] = gunzipSync(readFileSync(WEEK_FILE)).toString('utf8').trimEnd().split(/\r?\n/)
  return { file: WEEK_FILE, detectors: head!.split(','), rows: rows.map((row) => row.split(',')) }
}

/** A file of the same form, made up: every cell differs from its neighbours, and decimals have up to eight places. */
export function makeWeek(file: string, detectors: number, rows: number): DetectorWeek {
  const ids = Array.from({ length: detectors }, (_, at) => String(717_000 + at * 7))
  const cells = Array.from({ length: rows }, (_, row) => {
    const draw = drawsAt('detector week', row)
    return ids.map(
      () =>
        `${draw(70)}.${String(draw(100_000_000))
          .padStart(8, '0')
          .slice(0, 1 + draw(8))}`,
    )
  })
  writeFileSync(file, `${[ids, ...cells].map((row) => row.join(',')).join('\n')}\n`)
  return { file, detectors: ids, rows: cells }
}
