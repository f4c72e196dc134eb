import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { readImportOptions, runImport } from '@minipolis/city'
import type { OpenCity } from '@minipolis/server'
import { type DetectorWeek, makeWeek, realWeek, STREAM_PREFIX } from '../../test/durability/detector-week.ts'
import { openQuiet } from '../../test/durability/inspect-city.ts'
import { Violations } from '../../test/durability/violations.ts'

/** Blocks over the anchors, so that header paths have their usual length. */
const BLOCKS_ON_TOP = 60

/** A city with a week of detectors in it, anchored and buried. @returns what was told on the side, which should be nothing */
export async function withWeekCity(
  use: (open: OpenCity, week: DetectorWeek) => Promise<void>,
): Promise<readonly string[]> {
  const place = mkdtempSync(join(tmpdir(), 'minipolis-bench-week-'))
  const found = new Violations()
  try {
    const week = realWeek() ?? makeWeek(join(place, 'week.csv'), 207, 2_016)
    const open = await openQuiet(join(place, 'city'), found)
    try {
      const bytes = createReadStream(week.file)
      const source = week.file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
      const options = readImportOptions({
        source: 'week',
        wide: true,
        stream: STREAM_PREFIX,
        start: '2012-03-01T00:00',
        step: '5m',
        zone: 'America/Los_Angeles',
        unit: '[mi_i]/h',
      })
      await runImport(source, options, open.city.gateway)
      await open.settle()
      for (let blocks = 0; blocks < BLOCKS_ON_TOP; blocks++) await open.node.mineBlock()
      await open.city.anchor()
      await use(open, week)
    } finally {
      await open.close()
    }
    return found.list
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
