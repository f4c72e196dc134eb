import Type, { type Static } from 'typebox'
import {
  NOTE_LENGTH_MAX,
  QUALITIES,
  RECEIVED_TIME_LENGTH_MAX,
  SEQUENCE_MAX,
  UNIT_LENGTH_MAX,
  VALUE_LENGTH_MAX,
  ZONE_LENGTH_MAX,
} from '../streams/index.ts'
import { PACK_READINGS_MAX } from './pack-limits.ts'

const closed = { additionalProperties: false }
const Id = (description: string) => Type.String({ pattern: '^[A-Za-z0-9._~:/-]{1,128}$', description })
const Hash = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description })

/** A reading inside a pack; its stream and sequence follow from the pack. */
export const WireReading = Type.Object(
  {
    time: Type.String({
      maxLength: 64,
      description: 'UTC instant, RFC 3339 with milliseconds',
      examples: ['2026-03-01T08:00:00.000Z'],
    }),
    value: Type.Union([Type.String({ maxLength: VALUE_LENGTH_MAX }), Type.Null()], {
      description: 'text as received; null only with a commitment',
      examples: ['64.375'],
    }),
    quality: Type.Optional(Type.Enum([...QUALITIES], { description: 'absent: good' })),
    received: Type.Optional(
      Type.Object(
        {
          time: Type.String({ minLength: 1, maxLength: RECEIVED_TIME_LENGTH_MAX }),
          zone: Type.String({ minLength: 1, maxLength: ZONE_LENGTH_MAX }),
        },
        { ...closed, description: 'the time as the source wrote it, and the zone assumed' },
      ),
    ),
    note: Type.Optional(Type.String({ maxLength: NOTE_LENGTH_MAX, description: 'the rest of a source row' })),
    commitment: Type.Optional(Hash('personal streams: SHA-256(salt ‖ value)')),
  },
  closed,
)
export type WireReading = Static<typeof WireReading>

/** A pack as doors take it. In CBOR `previous`, `commitment` and `signature` are byte strings. */
export const WirePack = Type.Object(
  {
    device: Id('device id'),
    stream: Id('stream id'),
    key: Type.String({
      pattern: '^[0-9a-f]{16}$',
      description: 'key id: first 16 hex digits of SHA-256 of the public key',
    }),
    unit: Type.String({ minLength: 1, maxLength: UNIT_LENGTH_MAX, description: 'UCUM code' }),
    first: Type.Integer({ minimum: 1, maximum: SEQUENCE_MAX, description: 'sequence of the first reading' }),
    previous: Type.Union([Hash('pack id'), Type.Null()], {
      description: "id of the stream's preceding pack; null for the first",
    }),
    readings: Type.Array(WireReading, { minItems: 1, maxItems: PACK_READINGS_MAX }),
    signature: Type.String({
      minLength: 88,
      maxLength: 88,
      description: 'base64 of the Ed25519 signature over the pack header',
    }),
  },
  { ...closed, description: 'consecutive readings of one stream under one signature' },
)
export type WirePack = Static<typeof WirePack>
