export { assertImportOptions } from './csv-source.ts'
export { parseDuration } from './duration.ts'
export { ImportGateway, type ImportGatewayOptions, type ImportGatewayParts } from './gateway.ts'
export { ImportError, type ImportErrorCode } from './import-error.ts'
export { ImportOptions, readImportOptions } from './import-options.ts'
export { judgeNumber } from './number-text.ts'
export {
  BATCH_CHARS,
  BATCH_READINGS,
  type ImportBatch,
  type StreamBatch,
} from './reading-batch.ts'
export { STREAMS_MAX } from './reading-maker.ts'
export {
  type AppendResult,
  type ImportProgress,
  type ImportReport,
  type ImportTarget,
  runImport,
} from './run-import.ts'
export { type Damage, type DamageCode, LINE_BYTES_MAX } from './source-line.ts'
export { streamPart } from './stream-name.ts'
export { ODDITIES, type Oddity } from './tally.ts'
export { readIsoTime, type TimeText } from './time-text.ts'
export { type LocalTimeKind, type Zone, zoneOf } from './zone.ts'
