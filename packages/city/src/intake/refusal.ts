/**
 * Why a pack is refused. Each refusal is kept in quarantine under its code and counted by it.
 *
 * - `oversize`: more bytes than a pack may have
 * - `syntax`: not JSON or CBOR
 * - `schema`: JSON or CBOR, but not of the form of a pack
 * - `time`: a reading's time is not a UTC instant with milliseconds
 * - `value`: a value that is not a decimal number in a stream of numbers, or is absent
 * - `personal`: a plain value in a personal stream, or a commitment in another
 * - `stream-unknown`: no such stream is registered
 * - `device`: the stream belongs to another device
 * - `unit`: the stream has another unit
 * - `key-unknown`: no credential for the key
 * - `key-device`: the key is certified for another device
 * - `key-not-yet-valid`, `key-expired`: a reading's time lies outside the time for which the key counts
 * - `key-revoked`: the key was revoked
 * - `signature`: the signature does not fit
 * - `clock-ahead`, `clock-behind`: a reading's time is too far from now for its stream
 * - `replay`: other readings were accepted under these sequence numbers
 * - `predecessor`: the pack does not follow the pack that the stream has before or behind it
 * - `import`: a source row that an import could not read
 */
export const REFUSAL_CODES = [
  'oversize',
  'syntax',
  'schema',
  'time',
  'value',
  'personal',
  'stream-unknown',
  'device',
  'unit',
  'key-unknown',
  'key-device',
  'key-not-yet-valid',
  'key-expired',
  'key-revoked',
  'signature',
  'clock-ahead',
  'clock-behind',
  'replay',
  'predecessor',
  'import',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** A judgement about what somebody sent: an ordinary result, not an exception. */
export class Refusal {
  readonly code: RefusalCode
  readonly detail: string

  constructor(code: RefusalCode, detail: string) {
    this.code = code
    this.detail = detail
  }
}
