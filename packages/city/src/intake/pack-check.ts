import type { Ed25519 } from '../crypto/index.ts'
import type { CredentialBook, CredentialRecord } from '../store/index.ts'
import { isDecimal, type Stream, type StreamRegister } from '../streams/index.ts'
import { clockRefusal } from './clock-bounds.ts'
import type { Pack } from './pack.ts'
import type { PackSeal, PackSealer } from './pack-seal.ts'
import { Refusal } from './refusal.ts'

/** A pack that holds in itself; its place in the stream is still to be judged. */
export interface CheckedPack {
  readonly pack: Pack
  readonly stream: Stream
  readonly seal: PackSeal
}

export interface PackCheckParts {
  readonly streams: StreamRegister
  readonly credentials: CredentialBook
  readonly sealer: PackSealer
  readonly ed25519: Ed25519
  readonly now: () => number
}

/** Everything about a pack that does not depend on what the stream already holds. */
export class PackCheck {
  readonly #parts: PackCheckParts

  constructor(parts: PackCheckParts) {
    this.#parts = parts
  }

  async check(pack: Pack): Promise<CheckedPack | Refusal> {
    const { streams, credentials, sealer, ed25519, now } = this.#parts
    // Asked from memory first: an await for each would cost single readings a good part of their time.
    const stream = streams.remembered(pack.stream) ?? (await streams.find(pack.stream))
    if (!stream) return new Refusal('stream-unknown', `there is no stream ${pack.stream}: register it first`)
    const credential = credentials.remembered(pack.key) ?? (await credentials.find(pack.key))
    if (!credential) return new Refusal('key-unknown', `there is no credential for the key ${pack.key}: enrol it first`)

    const refusal =
      streamRefusal(pack, stream) ??
      valueRefusal(pack, stream) ??
      credentialRefusal(pack, credential, now()) ??
      clockRefusal(stream, pack.readings, now())
    if (refusal) return refusal

    const seal = sealer.seal(pack)
    const { signature } = pack
    const signed = ed25519.verifyAsync
      ? await ed25519.verifyAsync(signature, seal.headerBytes, credential.publicKey)
      : ed25519.verify(signature, seal.headerBytes, credential.publicKey)
    if (!signed)
      return new Refusal('signature', `the signature of the pack is not that of the key ${pack.key} over its header`)
    return { pack, stream, seal }
  }
}

function streamRefusal(pack: Pack, stream: Stream): Refusal | undefined {
  if (pack.device !== stream.device)
    return new Refusal('device', `the stream ${stream.id} is of the device ${stream.device}, not ${pack.device}`)
  if (pack.unit !== stream.unit)
    return new Refusal('unit', `the stream ${stream.id} has the unit ${stream.unit}, not ${pack.unit}`)
  return undefined
}

function valueRefusal({ readings }: Pack, stream: Stream): Refusal | undefined {
  for (const [index, { value, quality, commitment }] of readings.entries()) {
    if (stream.personal !== (commitment !== undefined))
      return new Refusal(
        'personal',
        stream.personal
          ? `reading ${index} of a personal stream comes without a commitment`
          : `reading ${index} has a commitment, but the stream is not personal`,
      )
    if (stream.personal) {
      if (value !== null) return new Refusal('personal', `reading ${index} of a personal stream holds its value`)
    } else if (value === null) return new Refusal('value', `reading ${index} has no value`)
    else if (stream.kind === 'number' && quality !== 'missing' && !isDecimal(value))
      return new Refusal(
        'value',
        `the value of reading ${index} is not a decimal number: ${JSON.stringify(value.slice(0, 80))}`,
      )
  }
  return undefined
}

function credentialRefusal(pack: Pack, record: CredentialRecord, nowMs: number): Refusal | undefined {
  const { device, notBefore, notAfter } = record.credential
  if (device !== pack.device)
    return new Refusal('key-device', `the key ${pack.key} is certified for the device ${device}, not ${pack.device}`)
  if (record.revokedMs !== undefined && nowMs >= record.revokedMs)
    return new Refusal('key-revoked', `the key ${pack.key} was revoked`)
  for (const [index, { timeMs }] of pack.readings.entries()) {
    if (timeMs < record.notBeforeMs)
      return new Refusal(
        'key-not-yet-valid',
        `the key ${pack.key} counts from ${notBefore} on, reading ${index} is earlier`,
      )
    if (timeMs >= record.notAfterMs)
      return new Refusal('key-expired', `the key ${pack.key} counts before ${notAfter}, reading ${index} is later`)
  }
  return undefined
}
