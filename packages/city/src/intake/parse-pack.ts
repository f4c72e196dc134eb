import { decode, Tokenizer } from 'cborg'
import { Compile } from 'typebox/compile'
import { fromBase64, toBase64, toLowerHex } from '../crypto/index.ts'
import { parseInstant, type Reading } from '../streams/index.ts'
import type { Pack } from './pack.ts'
import { PACK_BYTES_MAX, PACK_READINGS_MAX } from './pack-limits.ts'
import { Refusal } from './refusal.ts'
import { WirePack, type WireReading } from './wire-pack.ts'

export type PackEncoding = 'json' | 'cbor'

const validator = Compile(WirePack)

/** Reads a pack from what a door received. Any bytes give a pack or a refusal. */
export function parsePack(bytes: Uint8Array, encoding: PackEncoding): Pack | Refusal {
  if (bytes.length > PACK_BYTES_MAX)
    return new Refusal('oversize', `a pack has at most ${PACK_BYTES_MAX} bytes, not ${bytes.length}`)
  const value = decodeMessage(bytes, encoding)
  return value instanceof Refusal ? value : packFrom(plain(value))
}

/** Packs of one message at most, and its bytes. */
export const PACK_LIST_MAX = 100
export const PACK_LIST_BYTES_MAX = 4 * 1024 * 1024

/** Whether a message is meant as a list of packs, by its first byte. */
export function isPackList(bytes: Uint8Array, encoding: PackEncoding): boolean {
  if (encoding === 'cbor') return (bytes[0] ?? 0) >> 5 === 4
  return bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) === 0x5b
}

/** Reads a list of packs; each of its values is still to be read by `packFrom`. */
export function parsePackList(bytes: Uint8Array, encoding: PackEncoding): unknown[] | Refusal {
  if (bytes.length > PACK_LIST_BYTES_MAX)
    return new Refusal('oversize', `a list of packs has at most ${PACK_LIST_BYTES_MAX} bytes, not ${bytes.length}`)
  const value = decodeMessage(bytes, encoding)
  if (value instanceof Refusal) return value
  if (!Array.isArray(value) || value.length > PACK_LIST_MAX)
    return new Refusal('schema', `a message has at most ${PACK_LIST_MAX} packs`)
  return value.map(plain)
}

function decodeMessage(bytes: Uint8Array, encoding: PackEncoding): unknown {
  try {
    return encoding === 'json' ? JSON.parse(utf8.decode(bytes)) : decodeCbor(bytes)
  } catch (error) {
    const why = String((error as Error).message).slice(0, 200)
    return new Refusal('syntax', `the message is not ${encoding.toUpperCase()}: ${why}`)
  }
}

/** Reads a pack from a value of the form `WirePack`. */
export function packFrom(value: unknown): Pack | Refusal {
  if (!validator.Check(value)) return schemaRefusal(value)
  let signature: Uint8Array
  try {
    signature = fromBase64(value.signature, 64)
  } catch {
    return new Refusal('schema', 'the signature is not base64 of 64 bytes')
  }
  const readings: Reading[] = []
  for (const [index, wire] of value.readings.entries()) {
    const reading = readingFrom(wire, index)
    if (reading instanceof Refusal) return reading
    readings.push(reading)
  }
  const { device, stream, key, unit, first, previous } = value
  return { device, stream, key, unit, first, previous, readings, signature }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readingFrom(wire: WireReading, index: number): Reading | Refusal {
  const timeMs = parseInstant(wire.time)
  if (timeMs === undefined)
    return new Refusal(
      'time',
      `the time of reading ${index} is not a UTC instant with milliseconds: ${JSON.stringify(wire.time)}`,
    )
  const { value, quality, received, note, commitment } = wire
  for (const text of [value, note, received?.time, received?.zone])
    if (typeof text === 'string' && !text.isWellFormed())
      return new Refusal('schema', `reading ${index} holds half a character`)
  return { timeMs, value, quality, received, note, commitment }
}

/** Names the first thing wrong. Looks at one error only: a hostile pack may hold thousands. */
function schemaRefusal(value: unknown): Refusal {
  const count = Array.isArray((value as WirePack | null)?.readings) ? (value as WirePack).readings.length : 0
  if (count > PACK_READINGS_MAX)
    return new Refusal('schema', `a pack has at most ${PACK_READINGS_MAX} readings, not ${count}`)
  const error = validator.Errors(value)[0]
  return new Refusal(
    'schema',
    `the pack does not have its form at ${error?.instancePath || '/'}: ${error?.message ?? 'unknown member'}`,
  )
}

/** A list of packs, a pack, its readings, a reading, its received time: nothing is nested deeper. */
const CBOR_DEPTH_MAX = 5

const CBOR_STRICT = {
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  strict: true,
} as const

function decodeCbor(bytes: Uint8Array): unknown {
  const tokens = new Tokenizer(bytes, CBOR_STRICT)
  /** Items still to come in each open array and map. The decoder calls itself for each level, so levels are counted first. */
  const open: number[] = []
  return decode(bytes, {
    ...CBOR_STRICT,
    tokenizer: {
      done: () => tokens.done(),
      pos: () => tokens.pos(),
      next: () => {
        const token = tokens.next()
        while (open.at(-1) === 0) open.pop()
        if (open.length > 0) open[open.length - 1]!--
        const { name } = token.type
        if (name === 'array' || name === 'map') {
          if (open.length === CBOR_DEPTH_MAX) throw new RangeError(`nested deeper than ${CBOR_DEPTH_MAX} levels`)
          open.push(name === 'map' ? token.value * 2 : token.value)
        }
        return token
      },
    },
  })
}

/** Byte strings become the texts that JSON has in their place. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const pack = value as Record<string, unknown>
  if (pack.previous instanceof Uint8Array) pack.previous = toLowerHex(pack.previous)
  if (pack.signature instanceof Uint8Array) pack.signature = toBase64(pack.signature)
  if (Array.isArray(pack.readings))
    for (const reading of pack.readings as Record<string, unknown>[])
      if (reading?.commitment instanceof Uint8Array) reading.commitment = toLowerHex(reading.commitment)
  return value
}
