import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { ImportError } from './import-error.ts'

const Name = Type.String({ minLength: 1, maxLength: 1024 })

/** How to read one source. What is absent has the default that its description names. */
export const ImportOptions = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: 1024, description: 'name of the file, for reports and quarantine' }),
    stream: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'stream id; with several value columns, a stream column or wide form its prefix',
      }),
    ),
    streamColumn: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'column that names the stream of each row' }),
    ),
    wide: Type.Optional(Type.Boolean({ description: 'every column but the times is a stream of its own' })),
    timeColumns: Type.Optional(
      Type.Array(Name, {
        minItems: 1,
        maxItems: 6,
        description: 'column of the time, or its parts from year to second',
      }),
    ),
    timeFormat: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'iso, unix, unix-ms, or a pattern such as DD/MM/YYYY HH:mm',
      }),
    ),
    start: Type.Optional(
      Type.String({ maxLength: 64, description: 'time of the first row, where no column has times' }),
    ),
    step: Type.Optional(Type.String({ maxLength: 32, description: 'time from row to row, such as 5m, 1h or 1d' })),
    zone: Type.Optional(
      Type.String({ maxLength: 64, description: 'IANA zone of times without offset; required when there are some' }),
    ),
    values: Type.Optional(
      Type.Array(Type.Object({ column: Name, unit: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) }), {
        maxItems: 1000,
        description: 'columns to take; default: the only one that is left',
      }),
    ),
    unit: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'UCUM unit of all values; default 1' }),
    ),
    text: Type.Optional(Type.Boolean({ description: 'values are text, not numbers' })),
    missing: Type.Optional(
      Type.Array(Type.String({ maxLength: 256 }), {
        maxItems: 100,
        description: 'more spellings of a missing value: TEXT, or COLUMN=TEXT for one column',
      }),
    ),
    note: Type.Optional(
      Type.Union([Type.Literal('rest'), Type.Literal('none'), Type.Array(Name, { maxItems: 1000 })], {
        description: 'columns kept beside each value: all others (rest, the default), none, or these',
      }),
    ),
    encoding: Type.Optional(
      Type.String({ minLength: 1, maxLength: 32, description: 'default utf-8, or as a byte order mark says' }),
    ),
    delimiter: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1, description: 'default: comma, semicolon or tab by the header' }),
    ),
    header: Type.Optional(Type.Boolean({ description: 'false: no header line, columns are named 1, 2, …' })),
    skipLines: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1000, description: 'lines before the header to pass over' }),
    ),
  },
  { additionalProperties: false },
)
export type ImportOptions = Static<typeof ImportOptions>

const validator = Compile(ImportOptions)

/**
 * Insists that a value from outside has the form of import options.
 *
 * @throws ImportError `option`
 */
export function readImportOptions(value: unknown): ImportOptions {
  if (validator.Check(value)) return value
  const [error] = validator.Errors(value)
  throw new ImportError('option', `the import option ${error?.instancePath || '/'} ${error?.message ?? 'is not known'}`)
}
