import { assertStreamId } from '../streams/index.ts'
import { ImportError } from './import-error.ts'
import type { ImportOptions } from './import-options.ts'
import { missingIn } from './missing.ts'
import { streamPart, streamPrefix } from './stream-name.ts'
import { UNIT_NOT_STATED, ucumOf } from './unit.ts'

/** One column of values. */
export interface ValueColumn {
  readonly index: number
  readonly name: string
  /** The stream id; where a column names the streams, what follows that name. */
  readonly stream: string
  readonly unit: string
  readonly missing: ReadonlySet<string>
}

/** What each column of a source is for. */
export interface ColumnPlan {
  readonly columns: readonly string[]
  readonly wide: boolean
  readonly times: readonly number[]
  /** The column that names the stream, with the prefix of all ids. */
  readonly streamColumn: { readonly index: number; readonly prefix: string } | undefined
  readonly values: readonly ValueColumn[]
  /** Columns kept as the note of each reading. */
  readonly note: readonly number[]
  readonly unitStated: boolean
}

/**
 * Works out from the header and the options what each column is.
 *
 * @throws ImportError `column`, `option`; StreamError `stream-id`
 */
export function planColumns(columns: readonly string[], options: ImportOptions): ColumnPlan {
  const find = (name: string): number => indexOf(columns, name)
  const times = (options.timeColumns ?? []).map(find)
  const streamIndex = options.streamColumn === undefined ? undefined : find(options.streamColumn)
  const free = columns.map((_, index) => index).filter((index) => !times.includes(index) && index !== streamIndex)
  const chosen = options.values?.map(({ column, unit }) => ({ index: find(column), unit }))
  const wide = options.wide === true
  const picked = chosen ?? (wide ? free : onlyOne(free, columns)).map((index) => ({ index, unit: undefined }))
  const clash = picked.find(({ index }) => times.includes(index) || index === streamIndex)
  if (clash)
    throw new ImportError(
      'option',
      `the column ${quote(columns[clash.index]!)} is named as a value and as time or stream`,
    )

  const several = wide || picked.length > 1
  const base = streamIndex === undefined && !several ? (options.stream ?? '') : streamPrefix(options.stream)
  const streamOf = (name: string): string => {
    if (streamIndex !== undefined) return several ? `/${streamPart(name)}` : ''
    const id = several ? base + streamPart(name) : base
    assertStreamId(id)
    return id
  }
  const values = picked.map(({ index, unit }): ValueColumn => {
    const name = columns[index]!
    return {
      index,
      name,
      stream: streamOf(name),
      unit: ucumOf(unit ?? options.unit ?? UNIT_NOT_STATED),
      missing: missingIn(name, columns, options.missing ?? [], options.text === true),
    }
  })
  return {
    columns,
    wide,
    times,
    streamColumn: streamIndex === undefined ? undefined : { index: streamIndex, prefix: base },
    values,
    note: noteColumns(options, free, find, picked.length === 1 ? picked[0]!.index : undefined),
    unitStated: options.unit !== undefined || picked.every(({ unit }) => unit !== undefined),
  }
}

/**
 * The columns of the note. With one value column it is left out of its own note; with several each reading's note holds
 * them all, so that every reading carries its whole row.
 */
function noteColumns(
  options: ImportOptions,
  free: readonly number[],
  find: (name: string) => number,
  value: number | undefined,
): number[] {
  if (options.note === 'none' || (options.wide && !Array.isArray(options.note))) return []
  if (Array.isArray(options.note)) return options.note.map(find)
  return free.filter((index) => index !== value)
}

function onlyOne(free: readonly number[], columns: readonly string[]): readonly number[] {
  if (free.length === 1) return free
  throw new ImportError(
    'option',
    free.length === 0 ? 'no column is left for values' : 'which column holds the values?',
    {
      hint: `name it with --value, or take all with --wide; columns: ${list(free.map((index) => columns[index]!))}`,
    },
  )
}

function indexOf(columns: readonly string[], name: string): number {
  const index = columns.indexOf(name)
  if (index < 0) {
    throw new ImportError('column', `there is no column ${quote(name)} among ${list(columns)}`, { column: name })
  }
  if (columns.indexOf(name, index + 1) >= 0) {
    throw new ImportError('column', `the column ${quote(name)} is there twice`, { column: name })
  }
  return index
}

const NAMES_SHOWN_MAX = 12
const quote = (name: string): string => JSON.stringify(name.slice(0, 80))
const list = (names: readonly string[]): string =>
  names.slice(0, NAMES_SHOWN_MAX).map(quote).join(', ') + (names.length > NAMES_SHOWN_MAX ? ', …' : '')
