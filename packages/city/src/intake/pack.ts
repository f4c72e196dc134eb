import { toBase64 } from '../crypto/index.ts'
import { formatInstant, type Reading } from '../streams/index.ts'
import type { WirePack, WireReading } from './wire-pack.ts'

/** Consecutive readings of one stream under one signature. */
export interface Pack {
  readonly device: string
  readonly stream: string
  /** Key id of the signing key. */
  readonly key: string
  /** UCUM code. */
  readonly unit: string
  /** Sequence of the first reading, counted from 1. */
  readonly first: number
  /** Id of the stream's preceding pack, 64 hex digits; `null` for the first. */
  readonly previous: string | null
  /** 1 to 1,000. */
  readonly readings: readonly Reading[]
  /** 64 bytes, Ed25519 over the pack's header. */
  readonly signature: Uint8Array
}

/** A pack as doors take it in JSON. */
export function wirePack(pack: Pack): WirePack {
  const { device, stream, key, unit, first, previous } = pack
  return {
    device,
    stream,
    key,
    unit,
    first,
    previous,
    readings: pack.readings.map(wireReading),
    signature: toBase64(pack.signature),
  }
}

function wireReading({ timeMs, value, quality, received, note, commitment }: Reading): WireReading {
  const reading: WireReading = { time: formatInstant(timeMs), value }
  if (quality !== undefined) reading.quality = quality
  if (received !== undefined) reading.received = { ...received }
  if (note !== undefined) reading.note = note
  if (commitment !== undefined) reading.commitment = commitment
  return reading
}

/** The pack as one line of JSON, ready to send. */
export const formatPack = (pack: Pack): string => JSON.stringify(wirePack(pack))
