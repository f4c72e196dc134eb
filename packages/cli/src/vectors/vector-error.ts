import { MinipolisError } from '@minipolis/minima'

/**
 * - `unreadable`: the file is no JSON, or no gzip of it
 * - `shape`: a recorded case lacks a field, or a field has another type than its format says
 * - `mismatch`: what the project computed differs from what was recorded
 * - `unchecked`: a recorded field was neither used nor compared
 */
export type VectorErrorCode = 'unreadable' | 'shape' | 'mismatch' | 'unchecked'

export class VectorError extends MinipolisError<VectorErrorCode> {}

const SHOWN_MAX = 200

/** A value as an error message shows it. */
export const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}… (${text.length} characters)` : text
}
