import { MinipolisError } from '@minipolis/minima'

/**
 * Why an import cannot start or cannot go on. A damaged line is no error: it goes to quarantine and the rest is taken.
 *
 * - `option`: options that contradict each other, are missing, or mean nothing
 * - `column`: a named column is not in the header, or is there twice
 * - `header`: the source has no header line that can be read
 * - `zone-required`: times carry no offset and no zone was given
 * - `zone-unknown`: not an IANA zone, `UTC`, or an offset
 * - `time-format`: the first time cannot be read, or could be read in two ways
 * - `encoding`: the header is not text in the given encoding, or the encoding is not known
 * - `streams-max`: more streams in one source than `STREAMS_MAX`
 * - `source`: the source broke off while it was read (a cut gzip file, a lost connection)
 */
export type ImportErrorCode =
  | 'option'
  | 'column'
  | 'header'
  | 'zone-required'
  | 'zone-unknown'
  | 'time-format'
  | 'encoding'
  | 'streams-max'
  | 'source'

/** `facts.hint`, when present, is a sentence that says what to do. */
export class ImportError extends MinipolisError<ImportErrorCode> {}
