import type { Row } from './row-reader.ts'
import type { Damage } from './source-line.ts'
import { unreadableTimes } from './time-axis.ts'
import { type TimeReader, timeFromParts } from './time-text.ts'

/** What is held back while day and month cannot be told apart. Beyond it the source has to be explained. */
export const HELD_ROWS_MAX = 10_000
export const HELD_CHARS_MAX = 4 * 1024 * 1024

/** `31/12/2020`, `31.12.2020 23:59`, `12-31-2020 23:59:59.5`: two numbers before a year of four digits. */
const NUMBERS_FIRST =
  /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[Tt,]?[ \u00a0]*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?[ \u00a0]*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?)?$/

export type Held = { readonly kind: 'row'; readonly row: Row } | { readonly kind: 'damage'; readonly damage: Damage }

/** Reads such dates in one order. */
const numbersFirstReader =
  (order: 'day-first' | 'month-first'): TimeReader =>
  (text) => {
    const found = NUMBERS_FIRST.exec(text.trim())
    if (!found) return undefined
    const [, first, , second, year, hour, minute, seconds, fraction, offset] = found
    const [day, month] = order === 'day-first' ? [first, second] : [second, first]
    return timeFromParts({ year, month, day, hour, minute, second: seconds, fraction, offset })
  }

/**
 * Tells from the data, and from nothing else, whether dates such as `03/04/2005` put the day or the month first: a number above 12
 * settles it for the whole source. Until one comes, rows are held back; when none comes, the order has to be said.
 */
export class DateOrder {
  readonly #column: number
  #held: Held[] = []
  #rows = 0
  #chars = 0
  #first: string | undefined

  constructor(column: number) {
    this.#column = column
  }

  /**
   * Looks at the next row.
   *
   * @returns `held` while nothing is settled; else what is, and the reader for it (`undefined`: the dates are not of this kind)
   * @throws ImportError `time-format` when too much would have to be held
   */
  row(row: Row): 'held' | { readonly settled: TimeReader | undefined } {
    const text = (row.cells[this.#column] ?? '').trim()
    const found = NUMBERS_FIRST.exec(text)
    if (!found && text !== '' && this.#first === undefined) return { settled: undefined }
    if (found) {
      const [first, second] = [Number(found[1]), Number(found[3])]
      if (first > 12 && second <= 12) return { settled: numbersFirstReader('day-first') }
      if (second > 12 && first <= 12) return { settled: numbersFirstReader('month-first') }
      this.#first ??= text
    }
    this.#held.push({ kind: 'row', row })
    this.#rows++
    this.#chars += row.text.length
    if (this.#rows > HELD_ROWS_MAX || this.#chars > HELD_CHARS_MAX) throw unreadableTimes(this.#first ?? text)
    return 'held'
  }

  damage(damage: Damage): void {
    this.#held.push({ kind: 'damage', damage })
  }

  /** What was held back, in order; forgotten here. */
  release(): readonly Held[] {
    const held = this.#held
    this.#held = []
    return held
  }

  /** The source is over: nothing settled the order. @throws ImportError `time-format` when dates were held back */
  end(): void {
    if (this.#first !== undefined) throw unreadableTimes(this.#first)
  }
}
