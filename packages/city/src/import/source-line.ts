/** Longest line in bytes; a longer one is quarantined, so a file without line ends cannot fill the memory. */
export const LINE_BYTES_MAX = 1 << 20

/** Characters of a damaged line that are kept as its excerpt. */
export const EXCERPT_CHARS_MAX = 200

/** One physical line of a source, without its line end. */
export interface SourceLine {
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}

/**
 * Why a line, or one cell of it, cannot become a reading.
 *
 * - `encoding`: bytes that are no text in the source's encoding
 * - `line-too-long`: more than `LINE_BYTES_MAX` bytes
 * - `control-character`: a NUL character
 * - `quote`: text after a closing quote
 * - `quote-open`: a quote that nothing closes
 * - `column-count`: more or fewer cells than the header
 * - `time`: not a time in the source's format, or no such day or hour
 * - `zone`: a time without offset in a source whose other times have one, and no zone was given
 * - `number`: not a decimal number in a column of numbers
 * - `value-too-long`, `note-too-long`: more characters than a reading holds
 * - `stream-id`: a stream name that is empty or too long
 */
export type DamageCode =
  | 'encoding'
  | 'line-too-long'
  | 'control-character'
  | 'quote'
  | 'quote-open'
  | 'column-count'
  | 'time'
  | 'zone'
  | 'number'
  | 'value-too-long'
  | 'note-too-long'
  | 'stream-id'

/** What could not be taken, where, and why. */
export interface Damage {
  readonly line: number
  readonly code: DamageCode
  /** A sentence for people. */
  readonly detail: string
  /** The beginning of the line as received. */
  readonly excerpt: string
  /** The column, where one cell and not the line is at fault. */
  readonly column?: string
}

export const damaged = (at: SourceLine, code: DamageCode, detail: string, column?: string): Damage => ({
  line: at.line,
  code,
  detail,
  excerpt: at.text.slice(0, EXCERPT_CHARS_MAX),
  ...(column === undefined ? {} : { column }),
})
