import { isStreamId, NOTE_LENGTH_MAX, type Reading, STREAM_ID_LENGTH_MAX, VALUE_LENGTH_MAX } from '../streams/index.ts'
import type { ColumnPlan, ValueColumn } from './column-plan.ts'
import { ImportError } from './import-error.ts'
import type { ImportOptions } from './import-options.ts'
import { noteOf } from './note.ts'
import { EXPONENT, judgeNumber, NOT_A_NUMBER, PADDED } from './number-text.ts'
import type { ImportBatch, StreamBatch } from './reading-batch.ts'
import { RecentRows } from './recent-rows.ts'
import type { Row, RowSink } from './row-reader.ts'
import { type Damage, damaged } from './source-line.ts'
import { StepWatch } from './step-watch.ts'
import { streamPart } from './stream-name.ts'
import type { Tally } from './tally.ts'
import { type RowTime, type TimeAxis, unreadableTimes } from './time-axis.ts'

/** Streams that one source may have. */
export const STREAMS_MAX = 50_000
interface OpenStream {
  readonly stream: string
  readonly unit: string
  readonly watch: StepWatch
  readings: Reading[]
}

/** Turns rows into readings and counts what is odd about them. Holds one batch and a little for each stream. */
export class ReadingMaker implements RowSink {
  readonly #plan: ColumnPlan
  readonly #axis: TimeAxis
  readonly #stepped: boolean
  readonly #kind: 'number' | 'text'
  readonly #tally: Tally
  readonly #streams = new Map<string, OpenStream>()
  readonly #recent = new RecentRows()
  #touched: OpenStream[] = []
  #damages: Damage[] = []
  #lineDamages = 0
  #timed = 0
  #unreadableTime: string | undefined

  /** Rows and damaged lines so far: the position in time where times are counted. */
  rows = 0
  /** Readings, and lines or cells that could not become one. */
  read = 0
  duplicate = 0
  quarantined = 0
  firstMs: number | undefined
  lastMs: number | undefined
  /** Readings and characters waiting to be taken. */
  readings = 0
  chars = 0

  constructor(plan: ColumnPlan, axis: TimeAxis, options: ImportOptions, tally: Tally) {
    this.#plan = plan
    this.#axis = axis
    this.#stepped = options.timeColumns === undefined
    this.#kind = options.text ? 'text' : 'number'
    this.#tally = tally
  }

  get streams(): number {
    return this.#streams.size
  }

  /** A line that is no row; in a source without times it still takes its place in time. */
  damage(damage: Damage): void {
    this.#lineDamages++
    this.rows++
    this.#quarantine(damage)
  }

  blank(): void {
    this.#tally.add('blank-line')
  }

  row(row: Row): void {
    const time = this.#axis.at(row, this.rows++)
    if (typeof time === 'string') {
      this.#noTime(row, time)
      return
    }
    this.#timed++
    if (time.kind !== 'unique') this.#tally.add(time.kind === 'ambiguous' ? 'dst-ambiguous' : 'dst-nonexistent')
    // Where times are counted no row is another one's double.
    if (!this.#stepped && this.#recent.seen(row.text)) {
      this.#tally.add('duplicate-row')
      this.read += this.#plan.values.length
      this.duplicate += this.#plan.values.length
      return
    }
    const prefix = this.#streamPrefix(row)
    if (prefix === undefined) return
    const note = this.#note(row)
    if (note === undefined) return
    for (const value of this.#plan.values) this.#value(row, time, value, prefix, note)
  }

  /** All that is waiting, and an empty slate. */
  take(): ImportBatch {
    const streams = this.#touched.map(
      (open): StreamBatch => ({ stream: open.stream, unit: open.unit, kind: this.#kind, readings: open.readings }),
    )
    for (const open of this.#touched) open.readings = []
    const batch = { streams, damages: this.#damages }
    this.#touched = []
    this.#damages = []
    this.readings = 0
    this.chars = 0
    return batch
  }

  /**
   * To be called after the last row: what can be said of the whole.
   *
   * @returns the longest gap in milliseconds
   * @throws ImportError `time-format` when no row had a time
   */
  end(): number {
    if (this.#timed === 0 && this.#unreadableTime !== undefined) throw unreadableTimes(this.#unreadableTime)
    let longestGapMs = 0
    for (const { watch } of this.#streams.values()) {
      watch.end()
      this.#tally.add('same-time', watch.sameTime)
      this.#tally.add('out-of-order', watch.outOfOrder)
      this.#tally.add('gap', watch.gaps)
      longestGapMs = Math.max(longestGapMs, watch.longestGapMs)
    }
    return longestGapMs
  }

  #noTime(row: Row, why: 'time' | 'zone'): void {
    const text = this.#plan.times.map((index) => row.cells[index]).join(' ')
    this.#unreadableTime ??= text
    const detail =
      why === 'zone'
        ? `the time ${shown(text)} has no offset and no zone is given`
        : `${shown(text)} is not a time here`
    this.#quarantine(damaged(row, why, detail))
  }

  /** The part of the stream id before a value column's own; `undefined` when the row's stream has no id. */
  #streamPrefix(row: Row): string | undefined {
    const column = this.#plan.streamColumn
    if (!column) return ''
    const name = row.cells[column.index]!.trim()
    const id = column.prefix + streamPart(name)
    if (name !== '' && isStreamId(id)) return id
    const detail =
      name === ''
        ? 'the row names no stream'
        : `${shown(name)} makes no stream id of 1 to ${STREAM_ID_LENGTH_MAX} characters`
    this.#quarantine(damaged(row, 'stream-id', detail))
    return undefined
  }

  #note(row: Row): string | undefined {
    if (this.#plan.note.length === 0) return ''
    const note = noteOf(row.cells, this.#plan.columns, this.#plan.note)
    if (note.length <= NOTE_LENGTH_MAX) return note
    this.#quarantine(damaged(row, 'note-too-long', `the rest of the row has more than ${NOTE_LENGTH_MAX} characters`))
    return undefined
  }

  #value(row: Row, time: RowTime, column: ValueColumn, prefix: string, note: string): void {
    const text = row.cells[column.index]!
    let quality: Reading['quality']
    if (column.missing.has(text.trim())) {
      quality = 'missing'
      this.#tally.add('missing')
    } else if (this.#kind === 'number') {
      const judged = judgeNumber(text)
      if (judged === NOT_A_NUMBER) {
        this.#quarantine(damaged(row, 'number', `${shown(text)} is not a decimal number`, column.name))
        return
      }
      if (judged & EXPONENT) this.#tally.add('exponent')
      if (judged & PADDED) this.#tally.add('padded')
    }
    if (text.length > VALUE_LENGTH_MAX) {
      this.#quarantine(
        damaged(row, 'value-too-long', `a value of more than ${VALUE_LENGTH_MAX} characters`, column.name),
      )
      return
    }
    if (this.#stepped && this.#lineDamages > 0) {
      quality ??= 'suspect'
      this.#tally.add('time-uncertain')
    } else if (time.kind === 'nonexistent') quality ??= 'suspect'

    const open = this.#open(prefix + column.stream, column.unit, row)
    if (!open) return
    if (!this.#stepped) open.watch.see(time.utcMs)
    if (open.readings.length === 0) this.#touched.push(open)
    // Every reading has the same members in the same order: the code behind runs on objects of one shape.
    open.readings.push({
      timeMs: time.utcMs,
      value: text,
      quality,
      received: time.received,
      note: note === '' ? undefined : note,
      commitment: undefined,
    })
    this.read++
    this.readings++
    this.chars += text.length + note.length
    if (this.firstMs === undefined || time.utcMs < this.firstMs) this.firstMs = time.utcMs
    if (this.lastMs === undefined || time.utcMs > this.lastMs) this.lastMs = time.utcMs
  }

  #open(id: string, unit: string, row: Row): OpenStream | undefined {
    let open = this.#streams.get(id)
    if (open) return open
    if (id.length > STREAM_ID_LENGTH_MAX) {
      this.#quarantine(damaged(row, 'stream-id', `a stream id of more than ${STREAM_ID_LENGTH_MAX} characters`))
      return undefined
    }
    if (this.#streams.size >= STREAMS_MAX) {
      throw new ImportError('streams-max', `more than ${STREAMS_MAX} streams in one source`, {
        line: row.line,
        hint: 'is the stream column the right one? otherwise cut the source',
      })
    }
    open = { stream: id, unit, watch: new StepWatch(), readings: [] }
    this.#streams.set(id, open)
    return open
  }

  #quarantine(damage: Damage): void {
    this.read++
    this.quarantined++
    this.readings++
    this.chars += damage.excerpt.length
    this.#damages.push(damage)
  }
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80))
