import { formatInstant, type ReadingRecord, STREAM_KINDS, type Stream, type StreamHead } from '@minipolis/city'
import Type, { type Static, type TSchema } from 'typebox'

const Nullable = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })

const Instant = Type.String({
  description: 'UTC instant, RFC 3339 with milliseconds',
  examples: ['2026-03-01T08:00:00.000Z'],
})

export const ReadingView = Type.Object(
  {
    id: Type.String({ description: 'stream id, @ and sequence', examples: ['la/717447@12'] }),
    stream: Type.String(),
    sequence: Type.Integer({ description: 'counted from 1' }),
    time: Instant,
    value: Nullable(Type.String(), 'text as received; null when only a commitment is logged'),
    number: Nullable(Type.String(), 'the exact decimal of the text; null when it is none'),
    unit: Type.String({ description: 'UCUM code' }),
    quality: Nullable(Type.String(), 'null: good'),
    received: Nullable(Type.Object({ time: Type.String(), zone: Type.String() }), 'the time as the source wrote it'),
    note: Nullable(Type.String()),
    commitment: Nullable(Type.String()),
    logIndex: Type.Integer({ description: 'leaf of the log, counted from 0' }),
  },
  { description: 'an accepted reading' },
)
export type ReadingView = Static<typeof ReadingView>

export const readingView = (record: ReadingRecord, unit: string): ReadingView => ({
  id: record.id,
  stream: record.stream,
  sequence: record.sequence,
  time: formatInstant(record.timeMs),
  value: record.value,
  number: record.number ?? null,
  unit,
  quality: record.quality ?? null,
  received: record.received ?? null,
  note: record.note ?? null,
  commitment: record.commitment ?? null,
  logIndex: record.logIndex,
})

export const StreamView = Type.Object(
  {
    id: Type.String(),
    device: Type.String(),
    unit: Type.String({ description: 'UCUM code' }),
    kind: Type.Enum([...STREAM_KINDS]),
    zone: Nullable(Type.String()),
    label: Nullable(Type.String()),
    history: Type.Boolean(),
    personal: Type.Boolean(),
    properties: Type.Record(Type.String(), Type.Unknown()),
    readings: Type.Integer({ description: 'accepted so far' }),
    lastSequence: Type.Integer({ description: 'more than `readings` when some are missing' }),
    lastPack: Nullable(Type.String(), 'id of the last pack: what the next one names as `previous`'),
    first: Nullable(Instant, 'time of the earliest reading'),
    last: Nullable(Instant, 'time of the latest reading'),
    latest: Nullable(ReadingView, 'the last reading, when asked for'),
  },
  { description: 'a registered stream' },
)
export type StreamView = Static<typeof StreamView>

export const streamView = (stream: Stream, head: StreamHead | undefined, latest?: ReadingView): StreamView => ({
  id: stream.id,
  device: stream.device,
  unit: stream.unit,
  kind: stream.kind,
  zone: stream.zone ?? null,
  label: stream.label ?? null,
  history: stream.history,
  personal: stream.personal,
  properties: stream.properties,
  readings: head?.readings ?? 0,
  lastSequence: head?.lastSequence ?? 0,
  lastPack: head?.lastPack ?? null,
  first: head ? formatInstant(head.firstTimeMs) : null,
  last: head ? formatInstant(head.lastTimeMs) : null,
  latest: latest ?? null,
})
