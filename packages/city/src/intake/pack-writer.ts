import { fromLowerHex } from '../crypto/index.ts'
import type { LogBatch } from '../log/index.ts'
import { BULK_ROWS_MAX, BulkInsert, type Query } from '../store/index.ts'
import { pushReadingRow, READING_ROW_COLUMNS, SqlLogWriter, type StreamHead } from '../streams/index.ts'
import type { CheckedPack } from './pack-check.ts'

/** A pack that got its place in the log. */
export interface AcceptedPack extends CheckedPack {
  readonly logFirst: number
  readonly receivedMs: number
  /** Readings before this pack that were never seen. */
  readonly missing: number
}

/** Rows made before they are written: those of a whole commit would be hundreds of thousands of values in one array. */
const ROWS_AT_ONCE = 2 * BULK_ROWS_MAX

/** Writes what one commit accepted. Make one per store. */
export class PackWriter {
  readonly #log = new SqlLogWriter()
  readonly #packs = new BulkInsert('pack', [
    'log_first',
    'stream_no',
    'first',
    'count',
    'id',
    'header',
    'signature',
    'received_ms',
  ])
  readonly #readings = new BulkInsert('reading', READING_ROW_COLUMNS)
  readonly #heads = new BulkInsert(
    'stream_head',
    ['stream_no', 'readings', 'last_sequence', 'last_index', 'last_pack', 'first_time_ms', 'last_time_ms'],
    ['stream_no'],
  )

  /** @throws LogError `log-moved`, StoreError; the transaction must then roll back */
  async write(tx: Query, packs: readonly AcceptedPack[], heads: ReadonlyMap<number, StreamHead>, batch: LogBatch) {
    await this.#log.bind(tx).append(batch)
    await this.#packs.run(
      tx,
      packs.flatMap(({ pack, stream, seal, logFirst, receivedMs }) => [
        logFirst,
        stream.no,
        pack.first,
        pack.readings.length,
        seal.id,
        seal.header,
        pack.signature,
        receivedMs,
      ]),
    )
    let rows: unknown[] = []
    for (const { pack, stream, logFirst } of packs)
      for (const [at, reading] of pack.readings.entries()) {
        pushReadingRow(rows, { logIndex: logFirst + at, streamNo: stream.no, sequence: pack.first + at }, reading)
        if (rows.length < ROWS_AT_ONCE * READING_ROW_COLUMNS.length) continue
        await this.#readings.run(tx, rows)
        rows = []
      }
    await this.#readings.run(tx, rows)
    await this.#heads.run(
      tx,
      [...heads].flatMap(([streamNo, head]) => [
        streamNo,
        head.readings,
        head.lastSequence,
        head.lastIndex,
        fromLowerHex(head.lastPack),
        head.firstTimeMs,
        head.lastTimeMs,
      ]),
    )
  }
}
