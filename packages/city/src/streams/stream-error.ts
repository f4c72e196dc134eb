import { MinipolisError } from '@minipolis/minima'

/**
 * - `stream-id`: not a stream id
 * - `stream-form`: a stream whose unit, zone, kind or properties are not allowed
 * - `stream-taken`: a stream of this id exists with another device, unit, zone or kind
 * - `stream-unknown`: no stream of this id
 * - `device-unknown`: the stream's device is not enrolled
 * - `reading-id`: not a reading id
 * - `page`: a page that asks for too much or begins nowhere
 */
export type StreamErrorCode =
  | 'stream-id'
  | 'stream-form'
  | 'stream-taken'
  | 'stream-unknown'
  | 'device-unknown'
  | 'reading-id'
  | 'page'

export class StreamError extends MinipolisError<StreamErrorCode> {}
