import type { Selectable } from 'kysely'
import type { Store, StreamTable } from '../store/index.ts'
import { assertStreamDefinition, type Stream, type StreamDefinition, type StreamKind } from './stream.ts'
import { StreamError } from './stream-error.ts'

/** Streams remembered in memory at most; the oldest are forgotten first. */
const REMEMBERED_MAX = 50_000

/** Streams of one page at most. */
export const STREAMS_PAGE_MAX = 1_000

/** Which streams the city has. A registered stream never changes its device, unit, kind or zone. */
export class StreamRegister {
  readonly #store: Store
  readonly #now: () => number
  readonly #remembered = new Map<string, Stream>()

  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
  }

  /**
   * Registers a stream; registering the same again gives the stream that is there.
   *
   * @throws StreamError `stream-id`, `stream-form`, `device-unknown`, `stream-taken`
   */
  async register(definition: StreamDefinition): Promise<Stream> {
    const [stream] = await this.registerAll([definition])
    return stream!
  }

  /** Registers many in one transaction, in the order given. */
  async registerAll(definitions: readonly StreamDefinition[]): Promise<Stream[]> {
    const rows = definitions.map((definition) => ({
      id: definition.id,
      properties: assertStreamDefinition(definition),
      device: definition.device,
      unit: definition.unit,
      kind: definition.kind ?? 'number',
      zone: definition.zone ?? null,
      label: definition.label ?? null,
      history: definition.history ? 1 : 0,
      personal: definition.personal ? 1 : 0,
      created_ms: this.#now(),
    }))
    return this.#store.transaction(async (tx) => {
      const streams: Stream[] = []
      for (const row of rows) {
        const device = await tx.selectFrom('device').select('id').where('id', '=', row.device).executeTakeFirst()
        if (!device)
          throw new StreamError(
            'device-unknown',
            `the device ${row.device} of stream ${row.id} is not enrolled: enrol it first`,
            {
              device: row.device,
            },
          )
        await tx
          .insertInto('stream')
          .values(row)
          .onConflict((c) => c.column('id').doNothing())
          .execute()
        const found = await tx.selectFrom('stream').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow()
        for (const fact of ['device', 'unit', 'kind', 'zone', 'personal'] as const)
          if (found[fact] !== row[fact])
            throw new StreamError(
              'stream-taken',
              `the stream ${row.id} exists with ${fact} ${found[fact]}, not ${row[fact]}`,
              {
                stream: row.id,
                fact,
              },
            )
        streams.push(toStream(found))
      }
      return streams
    })
  }

  /** The stream of an id, or `undefined`. Usually answered from memory. */
  async find(id: string): Promise<Stream | undefined> {
    return this.remembered(id) ?? (await this.#load(id))
  }

  /** The same, only if it can be answered without waiting. */
  remembered(id: string): Stream | undefined {
    return this.#remembered.get(id)
  }

  /** @throws StreamError `stream-unknown` */
  async get(id: string): Promise<Stream> {
    const stream = await this.find(id)
    if (!stream)
      throw new StreamError('stream-unknown', `there is no stream ${JSON.stringify(id.slice(0, 140))}`, { stream: id })
    return stream
  }

  /**
   * Streams in the order of their ids.
   *
   * @param after id of the last stream of the page before
   * @throws StreamError `page`
   */
  async list({ after, limit }: { readonly after?: string | undefined; readonly limit: number }): Promise<Stream[]> {
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= STREAMS_PAGE_MAX))
      throw new StreamError('page', `a page of streams has 1 to ${STREAMS_PAGE_MAX} of them, not ${limit}`)
    let query = this.#store.db.selectFrom('stream').selectAll().orderBy('id').limit(limit)
    if (after !== undefined) query = query.where('id', '>', after)
    return (await query.execute()).map(toStream)
  }

  async #load(id: string): Promise<Stream | undefined> {
    const row = await this.#store.db.selectFrom('stream').selectAll().where('id', '=', id).executeTakeFirst()
    // Unknown ids are not remembered: strangers could otherwise push the known ones out.
    if (!row) return undefined
    const stream = toStream(row)
    this.#remembered.set(id, stream)
    if (this.#remembered.size > REMEMBERED_MAX) {
      const oldest = this.#remembered.keys().next()
      if (!oldest.done) this.#remembered.delete(oldest.value)
    }
    return stream
  }
}

function toStream(row: Selectable<StreamTable>): Stream {
  return {
    no: row.no,
    id: row.id,
    device: row.device,
    unit: row.unit,
    kind: row.kind as StreamKind,
    zone: row.zone ?? undefined,
    label: row.label ?? undefined,
    history: row.history === 1,
    personal: row.personal === 1,
    properties: JSON.parse(row.properties) as Record<string, unknown>,
    createdMs: row.created_ms,
  }
}
