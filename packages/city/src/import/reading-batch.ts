import type { Reading } from '../streams/index.ts'
import type { Damage } from './source-line.ts'

/** Readings collected before they are handed on; with the limit of characters it bounds what an import holds in memory. */
export const BATCH_READINGS = 32_768
/** Characters of values and notes collected before they are handed on. */
export const BATCH_CHARS = 16_777_216

/** Readings of one stream, in the order of the source. */
export interface StreamBatch {
  readonly stream: string
  /** UCUM code. */
  readonly unit: string
  readonly kind: 'number' | 'text'
  readonly readings: readonly Reading[]
}

/** A piece of a source. */
export interface ImportBatch {
  readonly streams: readonly StreamBatch[]
  readonly damages: readonly Damage[]
}
