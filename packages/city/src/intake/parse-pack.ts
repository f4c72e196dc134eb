import { decode, Tokenizer } from 'cborg'
import { Compile } from 'typebox/compile'
import { fromBase64, toBase64, toLowerHex } from '../crypto/index.ts'
import { parseInstant, type Reading } from '../streams/index.ts'
import { PACK_BYTES_MAX, PACK_READINGS_MAX, type Pack } from './pack.ts'
import { Refusal } from './refusal.ts'
import { WirePack, type WireReading } from './wire-pack.ts'

export type PackEncoding = 'json' | 'cbor'

const validator = Compile(WirePack)

/** Reads a pack from what a door received. Any bytes give a pack or a refusal. */
export function parsePack(bytes: Uint8Array, encoding: PackEncoding): Pack | Refusal {
  if (bytes.length > PACK_BYTES_MAX)
    return new Refusal('oversize', `a pack has at most ${PACK_BYTES_MAX} bytes, not ${bytes.length}`)
  let value: unknown
  try {
    value = encoding === 'json' ? JSON.parse(utf8.decode(bytes)) : plain(decodeCbor(bytes))
  } catch (error) {
    return new Refusal(
      'syntax',
      `the pack is not ${encoding.toUpperCase()}: ${String((error as Error).message).slice(0, 200)}`,
    )
  }
  return packFrom(value)
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

/** No pack has more maps and arrays: itself, its list, and two for each reading. Bounds the depth of the decoder too. */
const CBOR_CONTAINERS_MAX = 2 + 2 * PACK_READINGS_MAX

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
  let containers = 0
  return decode(bytes, {
    ...CBOR_STRICT,
    tokenizer: {
      done: () => tokens.done(),
      pos: () => tokens.pos(),
      next: () => {
        const token = tokens.next()
        const { name } = token.type
        if ((name === 'map' || name === 'array') && ++containers > CBOR_CONTAINERS_MAX)
          throw new RangeError('more maps and arrays than a pack has')
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
