import { formatInstant } from './instant.ts'
import type { Reading } from './reading.ts'

/**
 * The canonical JSON of a reading in its stream: what the log's leaf is made of. Written out member by member because it is
 * made once or twice for every reading; a property test holds it equal to generic canonical JSON.
 *
 * The reading must be well-formed: no lone surrogates, time within the years 1 to 9999. Format: `docs/evidence-format.md`.
 */
export function readingEntry(stream: string, sequence: number, reading: Reading): string {
  const { value, quality, received, note, commitment } = reading
  let text = '{'
  if (commitment !== undefined) text += `"commitment":"${commitment}",`
  if (note !== undefined) text += `"note":${quote(note)},`
  if (quality !== undefined) text += `"quality":"${quality}",`
  if (received !== undefined) text += `"received":{"time":${quote(received.time)},"zone":${quote(received.zone)}},`
  text += `"sequence":${sequence},"stream":"${stream}","time":"${formatInstant(reading.timeMs)}","value":`
  return `${text}${value === null ? 'null' : quote(value)}}`
}

/** Anything outside these characters may need an escape; nearly no value or time does. */
const PLAIN = /^[ !#-[\]-~]*$/

const quote = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))
