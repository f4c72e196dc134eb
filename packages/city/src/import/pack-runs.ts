import { PACK_BYTES_MAX, PACK_READINGS_MAX } from '../intake/index.ts'
import type { Reading } from '../streams/index.ts'

/** Bytes of a pack beside its readings: ids, hashes, signature; with some to spare. */
const ENVELOPE_BYTES = 2_048
/** Bytes of a reading beside its texts: names of members, its instant, quotes. */
const READING_BYTES = 128

/** Cuts readings into runs that fit one pack, by number and by bytes on the wire. */
export function* packRuns(readings: readonly Reading[]): Generator<readonly Reading[]> {
  let from = 0
  let bytes = ENVELOPE_BYTES
  for (const [at, reading] of readings.entries()) {
    const size = readingBytes(reading)
    if (at - from === PACK_READINGS_MAX || (at > from && bytes + size > PACK_BYTES_MAX)) {
      yield readings.slice(from, at)
      from = at
      bytes = ENVELOPE_BYTES
    }
    bytes += size
  }
  if (from < readings.length) yield readings.slice(from)
}

const readingBytes = ({ value, received, note, commitment }: Reading): number =>
  READING_BYTES +
  textBytes(value) +
  textBytes(received?.time) +
  textBytes(received?.zone) +
  textBytes(note) +
  textBytes(commitment)

/** Anything outside these characters may need an escape or several bytes. */
const PLAIN = /^[ !#-[\]-~]*$/

function textBytes(text: string | null | undefined): number {
  if (text === null || text === undefined) return 0
  return PLAIN.test(text) ? text.length : encoder.encode(JSON.stringify(text)).length
}

const encoder = new TextEncoder()
