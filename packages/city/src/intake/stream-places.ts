import { toLowerHex } from '../crypto/index.ts'
import type { PackTable, Query } from '../store/index.ts'
import { type PackHeader, readStreamHeads, type StreamHead } from '../streams/index.ts'
import type { CheckedPack } from './pack-check.ts'
import { advanceHead, type Neighbours, type PackLink, type PlacedPack, type Placement, placePack } from './sequence.ts'

/** Streams whose heads are remembered; the oldest are forgotten first. */
const REMEMBERED_MAX = 100_000

/** Where streams stand: what is durable, remembered in memory. */
export class StreamHeads {
  readonly #heads = new Map<number, StreamHead>()

  get(streamNo: number): StreamHead | undefined {
    return this.#heads.get(streamNo)
  }

  keep(heads: ReadonlyMap<number, StreamHead>): void {
    for (const [streamNo, head] of heads) {
      this.#heads.delete(streamNo)
      this.#heads.set(streamNo, head)
    }
    for (const streamNo of this.#heads.keys()) {
      if (this.#heads.size <= REMEMBERED_MAX) break
      this.#heads.delete(streamNo)
    }
  }

  /** Another writer may have moved on. */
  forget(): void {
    this.#heads.clear()
  }
}

/** Places the packs of one commit in their streams: over what is durable, and over those placed before them. */
export class StreamPlaces {
  readonly #tx: Query
  readonly #heads = new Map<number, StreamHead | undefined>()
  readonly #placed = new Map<number, PlacedPack[]>()

  private constructor(tx: Query) {
    this.#tx = tx
  }

  /** @param streamNos row numbers of all streams that will be asked for */
  static async open(tx: Query, remembered: StreamHeads, streamNos: Iterable<number>): Promise<StreamPlaces> {
    const places = new StreamPlaces(tx)
    const unknown: number[] = []
    for (const streamNo of new Set(streamNos)) {
      const head = remembered.get(streamNo)
      places.#heads.set(streamNo, head)
      if (!head) unknown.push(streamNo)
    }
    for (const [streamNo, head] of await readStreamHeads(tx, unknown)) places.#heads.set(streamNo, head)
    return places
  }

  async judge({ pack, stream, seal }: CheckedPack): Promise<Placement> {
    const link: PackLink = { first: pack.first, count: pack.readings.length, id: seal.idHex, previous: pack.previous }
    const head = this.#heads.get(stream.no)
    const late = head !== undefined && link.first <= head.lastSequence
    return placePack(link, head, late ? await this.#neighbours(stream.no, link) : undefined)
  }

  /** Takes a pack that was judged `append` or `fill`. */
  place({ pack, stream, seal }: CheckedPack, logFirst: number): void {
    const count = pack.readings.length
    const place: PlacedPack = { first: pack.first, count, id: seal.idHex, previous: pack.previous, logFirst }
    let firstMs = Number.POSITIVE_INFINITY
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { timeMs } of pack.readings) {
      if (timeMs < firstMs) firstMs = timeMs
      if (timeMs > lastMs) lastMs = timeMs
    }
    this.#heads.set(stream.no, advanceHead(this.#heads.get(stream.no), place, { firstMs, lastMs }))
    const placed = this.#placed.get(stream.no)
    if (placed) placed.push(place)
    else this.#placed.set(stream.no, [place])
  }

  /** Heads of the streams that got a pack. */
  moved(): Map<number, StreamHead> {
    const moved = new Map<number, StreamHead>()
    for (const streamNo of this.#placed.keys()) moved.set(streamNo, this.#heads.get(streamNo)!)
    return moved
  }

  async #neighbours(streamNo: number, pack: PackLink): Promise<Neighbours> {
    const behind = pack.first + pack.count
    let before = await this.#durable(streamNo, behind - 1)
    let after = await this.#durable(streamNo, behind)
    if (after && after.first !== behind) after = undefined
    for (const placed of this.#placed.get(streamNo) ?? []) {
      if (placed.first < behind && placed.first > (before?.first ?? 0)) before = placed
      if (placed.first === behind) after = placed
    }
    return { before, after }
  }

  /** The last durable pack that begins at or before a sequence. */
  async #durable(streamNo: number, sequence: number): Promise<PlacedPack | undefined> {
    const row = await this.#tx
      .selectFrom('pack')
      .select(['first', 'count', 'id', 'header', 'log_first'])
      .where('stream_no', '=', streamNo)
      .where('first', '<=', sequence)
      .orderBy('first', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && toPlaced(row)
  }
}

const toPlaced = (row: Pick<PackTable, 'first' | 'count' | 'id' | 'header' | 'log_first'>): PlacedPack => ({
  first: row.first,
  count: row.count,
  id: toLowerHex(row.id),
  previous: (JSON.parse(row.header) as PackHeader).previous,
  logFirst: row.log_first,
})
