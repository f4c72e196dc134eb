import { type ColumnPlan, planColumns } from './column-plan.ts'
import { DateOrder } from './date-order.ts'
import { parseDuration } from './duration.ts'
import { ImportError } from './import-error.ts'
import type { ImportOptions } from './import-options.ts'
import { LineReader, type LineSink } from './line-reader.ts'
import { ReadingMaker } from './reading-maker.ts'
import { type Row, RowReader, type RowSink } from './row-reader.ts'
import type { Damage, SourceLine } from './source-line.ts'
import type { Tally } from './tally.ts'
import { columnAxis, steppedAxis, type TimeAxis, timeReader } from './time-axis.ts'
import type { TimeReader } from './time-text.ts'
import { zoneOf } from './zone.ts'

/** Numbers of rows at which services cut their answers. */
const PAGE_SIZES = new Set([500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000])

/** From bytes to readings: lines, then rows, then the header's plan, then readings. Push-driven, so that it has no I/O and no waits. */
export class CsvSource {
  readonly #options: ImportOptions
  readonly #tally: Tally
  readonly #lines: LineReader
  #skip: number
  #rows: RowReader | undefined
  /** Set between the header and the row that tells how dates are written. */
  #pending: { readonly plan: ColumnPlan; readonly order: DateOrder } | undefined
  /** `undefined` until the header was read and the form of the dates is known. */
  maker: ReadingMaker | undefined

  /** @throws ImportError `option`, `encoding` */
  constructor(options: ImportOptions, tally: Tally) {
    assertImportOptions(options)
    this.#options = options
    this.#tally = tally
    this.#skip = options.skipLines ?? 0
    const sink: LineSink = { line: (line) => this.#line(line), damage: (damage) => this.#lineDamage(damage) }
    this.#lines = new LineReader(sink, tally, options.encoding)
  }

  /** @throws ImportError for a source that cannot be read at all */
  push(bytes: Uint8Array): void {
    this.#lines.push(bytes)
  }

  /** @returns the longest gap in milliseconds */
  end(): number {
    this.#lines.end()
    this.#rows?.end()
    if (this.#pending) {
      this.#pending.order.end()
      this.#begin(this.#pending.plan, undefined)
    }
    if (!this.maker) throw new ImportError('header', 'the source is empty')
    if (PAGE_SIZES.has(this.maker.rows)) this.#tally.add('page-limit')
    return this.maker.end()
  }

  #line(line: SourceLine): void {
    if (this.#rows) this.#rows.line(line)
    else if (this.#skip > 0) this.#skip--
    else if (line.text.trim() === '') this.#tally.add('blank-line')
    else {
      const sink: RowSink = {
        row: (row) => this.#row(row),
        damage: (damage) => this.#damage(damage),
        blank: () => this.#tally.add('blank-line'),
      }
      this.#rows = new RowReader(sink, this.#options.delimiter ?? delimiterOf(line.text))
      this.#rows.line(line)
    }
  }

  #row(row: Row): void {
    if (this.maker) this.maker.row(row)
    else if (this.#pending) this.#look(this.#pending, row)
    else this.#header(row)
  }

  #header(row: Row): void {
    const headless = this.#options.header === false
    const columns = row.cells.map((name, index) => (headless ? String(index + 1) : name.trim()))
    const plan = planColumns(columns, this.#options)
    if (!plan.unitStated && !this.#options.text) this.#tally.add('unit-not-stated')
    this.#rows!.columns = columns.length
    const [column] = plan.times
    if (plan.times.length === 1 && this.#options.timeFormat === undefined)
      this.#pending = { plan, order: new DateOrder(column!) }
    else this.#begin(plan, undefined)
    if (headless) this.#row(row)
  }

  #look({ plan, order }: { readonly plan: ColumnPlan; readonly order: DateOrder }, row: Row): void {
    const look = order.row(row)
    if (look === 'held') return
    if (look.settled) this.#tally.add('date-order')
    this.#begin(plan, look.settled)
    this.maker!.row(row)
  }

  #begin(plan: ColumnPlan, read: TimeReader | undefined): void {
    const maker = new ReadingMaker(plan, axisOf(plan.times, this.#options, read), this.#options, this.#tally)
    for (const held of this.#pending?.order.release() ?? []) {
      if (held.kind === 'row') maker.row(held.row)
      else maker.damage(held.damage)
    }
    this.#pending = undefined
    this.maker = maker
  }

  #lineDamage(damage: Damage): void {
    if (this.#rows) this.#rows.damage(damage)
    else if (this.#skip > 0) this.#skip--
    else this.#damage(damage)
  }

  #damage(damage: Damage): void {
    if (this.maker) this.maker.damage(damage)
    else if (this.#pending) this.#pending.order.damage(damage)
    else {
      const code = damage.code === 'encoding' ? 'encoding' : 'header'
      throw new ImportError(code, `the header, line ${damage.line}, cannot be read: ${damage.detail}`, {
        line: damage.line,
        hint: code === 'encoding' ? 'if the source is Latin-1, say --encoding windows-1252' : 'is this a CSV file?',
      })
    }
  }
}

/**
 * Refuses options that cannot work with any source, before one is opened.
 *
 * @throws ImportError `option`, `zone-unknown`, `zone-required`, `time-format`
 */
export function assertImportOptions(options: ImportOptions): void {
  const columns = options.timeColumns !== undefined
  const stepped = options.start !== undefined || options.step !== undefined
  if (columns && stepped)
    throw new ImportError('option', 'times come from --time-column or from --start and --step, not both')
  if (!columns && (options.start === undefined || options.step === undefined)) {
    throw new ImportError('option', stepped ? '--start and --step belong together' : 'where are the times?', {
      hint: 'name their column with --time-column, or give --start and --step where the source has none',
    })
  }
  if (options.streamColumn !== undefined && options.wide) {
    throw new ImportError('option', 'streams are named by --stream-column or by the header (--wide), not both')
  }
  if (options.stream === undefined && options.streamColumn === undefined && !options.wide) {
    throw new ImportError('option', 'which stream do the readings belong to?', {
      hint: 'give --stream ID, or --stream-column NAME, or --wide where every column is a stream',
    })
  }
  axisOf(
    (options.timeColumns ?? []).map((_, index) => index),
    options,
  )
}

function axisOf(times: readonly number[], options: ImportOptions, read?: TimeReader): TimeAxis {
  const zone = options.zone === undefined ? undefined : zoneOf(options.zone)
  if (options.timeColumns === undefined) return steppedAxis(options.start!, parseDuration(options.step!), zone)
  return columnAxis(times, read ?? timeReader(options.timeFormat, times.length), zone)
}

/** The most frequent of comma, semicolon and tab outside quotes in the header. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const count = (delimiter: string): number => bare.split(delimiter).length
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best))
}
