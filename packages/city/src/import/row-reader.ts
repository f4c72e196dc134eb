import { type Damage, damaged, type SourceLine } from './source-line.ts'

/** Lines that one row with quoted line breaks may span. Beyond, its first line is damaged: one stray quote costs one line. */
export const ROW_LINES_MAX = 64

/** One row of cells as received, quotes taken off. */
export interface Row {
  /** Its first line. */
  readonly line: number
  /** The whole row as received, without line end. */
  readonly text: string
  readonly cells: readonly string[]
}

export interface RowSink {
  row(row: Row): void
  /** A line that is no row. */
  damage(damage: Damage): void
  /** An empty line that stands for nothing. */
  blank(): void
}

/**
 * Cuts lines into rows of cells by RFC 4180, forgiving what harms nothing (a quote inside a bare cell) and giving up single
 * lines only: a row whose quote is not closed, or that has not as many cells as expected once it is, loses its first line, and
 * the lines after it are read anew.
 */
export class RowReader {
  readonly #sink: RowSink
  readonly #delimiter: string
  /** Cells that every row must have; `undefined` until the header has set it. */
  columns: number | undefined
  #open: SourceLine[] = []
  #quotes = 0
  /** Empty lines of a one-column source since the last row: missing values if another row follows, else nothing. */
  #blanks = 0

  constructor(sink: RowSink, delimiter: string) {
    this.#sink = sink
    this.#delimiter = delimiter
  }

  line(line: SourceLine): void {
    if (this.#open.length > 0) this.#continue(line)
    else if (line.text.trim() === '') this.#blank()
    else if (!line.text.includes('"')) this.#give(line, line.text.split(this.#delimiter))
    else this.#begin(line)
  }

  /** A line that is no text ends an open row too. */
  damage(damage: Damage): void {
    this.#abandon()
    this.#sink.damage(damage)
  }

  end(): void {
    this.#abandon()
    for (; this.#blanks > 0; this.#blanks--) this.#sink.blank()
  }

  #blank(): void {
    if (this.columns === 1) this.#blanks++
    else this.#sink.blank()
  }

  #begin(line: SourceLine): void {
    const cells = splitQuoted(line.text, this.#delimiter)
    if (cells === 'open') {
      this.#open = [line]
      this.#quotes = quotesIn(line.text)
    } else if (cells === 'garbled') this.#sink.damage(damaged(line, 'quote', 'text follows a closing quote'))
    else this.#give(line, cells)
  }

  #continue(line: SourceLine): void {
    this.#open.push(line)
    this.#quotes += quotesIn(line.text)
    // Only an even number of quotes can close the row; so hostile input costs one look per line, not one split.
    if (this.#quotes % 2 === 0) {
      const text = this.#open.map((part) => part.text).join('\n')
      const cells = splitQuoted(text, this.#delimiter)
      if (typeof cells !== 'string' && (this.columns === undefined || cells.length === this.columns)) {
        const first = this.#open[0]!
        this.#open = []
        this.#give({ line: first.line, text }, cells)
        return
      }
    } else if (this.#open.length < ROW_LINES_MAX) return
    this.#retreat()
  }

  #give(line: SourceLine, cells: readonly string[]): void {
    if (this.columns !== undefined && cells.length !== this.columns) {
      const detail = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where the header has ${this.columns}`
      this.#sink.damage(damaged(line, 'column-count', detail))
      return
    }
    for (; this.#blanks > 0; this.#blanks--) this.#sink.row({ line: line.line - this.#blanks, text: '', cells: [''] })
    this.#sink.row({ line: line.line, text: line.text, cells })
  }

  /** Gives up the first open line and reads the others anew. */
  #retreat(): void {
    const [first, ...others] = this.#open
    this.#open = []
    if (first) this.#sink.damage(damaged(first, 'quote-open', 'a quote is opened that nothing closes'))
    for (const line of others) this.line(line)
  }

  #abandon(): void {
    while (this.#open.length > 0) this.#retreat()
  }
}

function quotesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++
  return count
}

/** Cells of text with quotes; `open` when a quoted cell does not end, `garbled` when text follows its end. */
export function splitQuoted(text: string, delimiter: string): string[] | 'open' | 'garbled' {
  const cells: string[] = []
  for (let at = 0; ; ) {
    if (text[at] === '"') {
      let cell = ''
      for (let from = at + 1; ; ) {
        const quote = text.indexOf('"', from)
        if (quote < 0) return 'open'
        cell += text.slice(from, quote)
        if (text[quote + 1] !== '"') {
          at = quote + 1
          break
        }
        cell += '"'
        from = quote + 2
      }
      cells.push(cell)
      if (at === text.length) return cells
      if (text[at] !== delimiter) return 'garbled'
      at++
    } else {
      const next = text.indexOf(delimiter, at)
      if (next < 0) {
        cells.push(text.slice(at))
        return cells
      }
      cells.push(text.slice(at, next))
      at = next + 1
    }
  }
}
