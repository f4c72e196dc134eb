export { type Census, takeCensus } from './census.ts'
export { exactDecimal, isDecimal } from './exact-decimal.ts'
export { heldReadings, readingContent } from './held-readings.ts'
export { formatInstant, INSTANT_MS_MAX, INSTANT_MS_MIN, parseInstant } from './instant.ts'
export { type ArchivedPack, PackArchive } from './pack-archive.ts'
export { PACK_TYPE, type PackHeader, packHeaderText } from './pack-header.ts'
export {
  NOTE_LENGTH_MAX,
  QUALITIES,
  type Quality,
  RECEIVED_TIME_LENGTH_MAX,
  type Reading,
  type ReceivedTime,
  VALUE_LENGTH_MAX,
  ZONE_LENGTH_MAX,
} from './reading.ts'
export { readingEntry } from './reading-entry.ts'
export {
  assertStreamId,
  formatReadingId,
  isStreamId,
  parseReadingId,
  type ReadingId,
  SEQUENCE_MAX,
  STREAM_ID_LENGTH_MAX,
} from './reading-id.ts'
export { pushReadingRow, READING_ROW_COLUMNS } from './reading-row.ts'
export {
  RECORDS_PAGE_MAX,
  type ReadingRecord,
  Records,
  type SequenceRange,
  type StoredPack,
  type StreamRecord,
  type TimeRange,
} from './records.ts'
export { SqlLogStore, SqlLogWriter } from './sql-log-store.ts'
export {
  LABEL_LENGTH_MAX,
  PROPERTIES_LENGTH_MAX,
  STREAM_KINDS,
  type Stream,
  type StreamDefinition,
  type StreamKind,
  UNIT_LENGTH_MAX,
} from './stream.ts'
export { StreamError, type StreamErrorCode } from './stream-error.ts'
export { readStreamHeads, type StreamHead } from './stream-heads.ts'
export { STREAMS_PAGE_MAX, StreamRegister } from './stream-register.ts'
