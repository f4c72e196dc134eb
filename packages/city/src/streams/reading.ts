/** Why a value is not plainly good. Absent means good. */
export const QUALITIES = ['missing', 'suspect', 'estimated'] as const
export type Quality = (typeof QUALITIES)[number]

/** A time as a source wrote it, when it gave no offset. */
export interface ReceivedTime {
  readonly time: string
  /** The zone assumed: an IANA name, `UTC`, or an offset. */
  readonly zone: string
}

/** One reading of a stream, without its place in it. */
export interface Reading {
  /** Milliseconds since 1970, UTC. */
  readonly timeMs: number
  /** Text as received; `null` only with `commitment`. */
  readonly value: string | null
  readonly quality?: Quality | undefined
  readonly received?: ReceivedTime | undefined
  /** The rest of a source row that tells apart readings of equal time. */
  readonly note?: string | undefined
  /** Personal streams: hex of SHA-256(salt ‖ value). */
  readonly commitment?: string | undefined
}

/** Longest texts in UTF-16 units. With every unit escaped (six bytes) an entry stays below the 65,535 bytes of a log entry. */
export const VALUE_LENGTH_MAX = 1_024
export const NOTE_LENGTH_MAX = 8_192
export const RECEIVED_TIME_LENGTH_MAX = 128
export const ZONE_LENGTH_MAX = 64
