import { StreamError } from './stream-error.ts'

/** Characters of a stream id at most. */
export const STREAM_ID_LENGTH_MAX = 128

/** Largest sequence number: leaves room for sums below 2^53. */
export const SEQUENCE_MAX = 2 ** 48

const STREAM_ID = /^[A-Za-z0-9._~:/-]{1,128}$/

export const isStreamId = (text: string): boolean => STREAM_ID.test(text)

/** @throws StreamError `stream-id` */
export function assertStreamId(text: string): void {
  if (!isStreamId(text))
    throw new StreamError(
      'stream-id',
      `a stream id is 1 to ${STREAM_ID_LENGTH_MAX} of A-Z a-z 0-9 . _ ~ : / -, not ${JSON.stringify(text.slice(0, 140))}`,
    )
}

export interface ReadingId {
  readonly stream: string
  /** Counted from 1. */
  readonly sequence: number
}

/** `<stream id>@<sequence>`. */
export const formatReadingId = ({ stream, sequence }: ReadingId): string => `${stream}@${sequence}`

/** @throws StreamError `reading-id` */
export function parseReadingId(text: string): ReadingId {
  const at = text.lastIndexOf('@')
  const stream = text.slice(0, Math.max(at, 0))
  const digits = text.slice(at + 1)
  const sequence = /^[1-9]\d{0,15}$/.test(digits) ? Number(digits) : 0
  if (!isStreamId(stream) || sequence < 1 || sequence > SEQUENCE_MAX)
    throw new StreamError(
      'reading-id',
      `a reading id is a stream id, @ and a sequence number, not ${JSON.stringify(text.slice(0, 160))}`,
    )
  return { stream, sequence }
}
