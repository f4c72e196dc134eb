import type { Store } from '../store/index.ts'
import type { PackHeader } from './pack-header.ts'
import type { StreamRegister } from './stream-register.ts'

/** A pack as it was accepted, with what shows whose key signed it. */
export interface ArchivedPack {
  /** Canonical JSON of the pack header, as signed. */
  readonly header: string
  /** 64 bytes, Ed25519. */
  readonly signature: Uint8Array
  /** Log index of the pack's first reading; the others follow it. */
  readonly logFirst: number
  /** Canonical JSON of the credential of the pack's key, its signature included. */
  readonly credential: string
}

/** Signed packs as evidence needs them. */
export class PackArchive {
  readonly #store: Store
  readonly #streams: StreamRegister

  constructor(store: Store, streams: StreamRegister) {
    this.#store = store
    this.#streams = streams
  }

  /** The packs that hold readings `first … last` of a stream, oldest first; none when there are no such readings. */
  async packs(streamId: string, first: number, last: number): Promise<ArchivedPack[]> {
    const stream = await this.#streams.find(streamId)
    if (!stream) return []
    const rows = await this.#store.db
      .selectFrom('pack')
      .select(['header', 'signature', 'log_first'])
      .where('stream_no', '=', stream.no)
      .where('first', '<=', last)
      // The pack that holds `first` begins at or before it.
      .where('first', '>=', (c) =>
        c
          .selectFrom('pack as before')
          .select(({ fn, val }) => fn.coalesce(fn.max('before.first'), val(first)).as('first'))
          .where('before.stream_no', '=', stream.no)
          .where('before.first', '<=', first),
      )
      .where((c) => c(c('first', '+', c.ref('count')), '>', first))
      .orderBy('first')
      .execute()
    const credentials = new Map<string, string>()
    const packs: ArchivedPack[] = []
    for (const { header, signature, log_first } of rows) {
      const { key } = JSON.parse(header) as PackHeader
      const credential = credentials.get(key) ?? (await this.#credential(key))
      credentials.set(key, credential)
      packs.push({ header, signature, logFirst: log_first, credential })
    }
    return packs
  }

  /** Header of the stream's last pack before the one that begins with this sequence. */
  async headerBefore(streamId: string, sequence: number): Promise<string | undefined> {
    const stream = await this.#streams.find(streamId)
    if (!stream) return undefined
    const row = await this.#store.db
      .selectFrom('pack')
      .select('header')
      .where('stream_no', '=', stream.no)
      .where('first', '<', sequence)
      .orderBy('first', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.header
  }

  async #credential(key: string): Promise<string> {
    const row = await this.#store.db
      .selectFrom('credential')
      .select('text')
      .where('key_id', '=', key)
      .executeTakeFirstOrThrow()
    return row.text
  }
}
