import { type ImportOptions, readImportOptions } from '@minipolis/city'

/** The options of `minipolis import` as they are typed. */
export interface ImportFlags {
  readonly stream?: string
  readonly streamColumn?: string
  readonly wide?: true
  readonly timeColumn?: readonly string[]
  readonly timeFormat?: string
  readonly start?: string
  readonly step?: string
  readonly zone?: string
  readonly value?: readonly string[]
  readonly unit?: string
  readonly text?: true
  readonly missing?: readonly string[]
  readonly note?: readonly string[]
  readonly encoding?: string
  readonly delimiter?: string
  readonly header: boolean
  readonly skipLines?: number
}

/** The importer's options for one source. Only what was said goes in; the defaults are the importer's. @throws ImportError `option` */
export function importOptions(source: string, flags: ImportFlags): ImportOptions {
  const { stream, streamColumn, timeFormat, start, step, zone, unit, encoding, skipLines } = flags
  const said = { stream, streamColumn, timeFormat, start, step, zone, unit, encoding, skipLines }
  const options: Record<string, unknown> = { source }
  for (const [name, value] of Object.entries(said)) if (value !== undefined) options[name] = value
  if (flags.wide) options.wide = true
  if (flags.text) options.text = true
  if (!flags.header) options.header = false
  if (flags.timeColumn) options.timeColumns = [...flags.timeColumn]
  if (flags.missing) options.missing = [...flags.missing]
  if (flags.value) options.values = flags.value.map(valueColumn)
  if (flags.note) options.note = flags.note.length === 1 && isNoteWord(flags.note[0]!) ? flags.note[0] : [...flags.note]
  if (flags.delimiter !== undefined) options.delimiter = flags.delimiter === '\\t' ? '\t' : flags.delimiter
  return readImportOptions(options)
}

/** `COLUMN`, or `COLUMN:UNIT`; the last colon counts, so a column with a colon in its name is written `NAME:UNIT` or `NAME:`. */
function valueColumn(text: string): { column: string; unit?: string } {
  const colon = text.lastIndexOf(':')
  if (colon < 1) return { column: text }
  const column = text.slice(0, colon)
  const unit = text.slice(colon + 1)
  return unit === '' ? { column } : { column, unit }
}

const isNoteWord = (text: string): boolean => text === 'rest' || text === 'none'
