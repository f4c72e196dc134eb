import { CsvSource } from './csv-source.ts'
import { ImportError } from './import-error.ts'
import type { ImportOptions } from './import-options.ts'
import { BATCH_CHARS, BATCH_READINGS, type ImportBatch, type StreamBatch } from './reading-batch.ts'
import type { Damage } from './source-line.ts'
import { type Oddity, Tally } from './tally.ts'

/** Bytes looked at in one go; larger pieces are cut, so that a batch cannot outgrow its limits by more than this. */
const PIECE_BYTES = 65_536
/** Damaged lines shown in a report; all of them are in quarantine. */
export const DAMAGES_SHOWN = 20

/** Where imported readings go: the city, which signs, stores and logs them. */
export interface ImportTarget {
  /**
   * Appends readings to their streams in the order given, making streams that do not exist yet. A reading that its stream holds
   * already, or that stands in this very call twice, word for word (instant, value, quality, received time and note), is a
   * duplicate and left out. Resolves when all of it is durable.
   */
  append(streams: readonly StreamBatch[]): Promise<AppendResult>
  /** Keeps what could not be taken, with its reasons. */
  quarantine(source: string, damages: readonly Damage[]): Promise<void>
}

export interface AppendResult {
  readonly accepted: number
  readonly duplicate: number
  /** Readings that the intake refused and put into quarantine. */
  readonly quarantined: number
}

/** How far an import has come. */
export interface ImportProgress {
  readonly bytes: number
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly quarantined: number
}

/** What became of one source: `read = accepted + duplicate + quarantined`. */
export interface ImportReport {
  readonly source: string
  /** Readings found; a line or cell that could not become a reading counts once. */
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly quarantined: number
  readonly oddities: Readonly<Partial<Record<Oddity, number>>>
  /** Rows below the header, damaged lines included. */
  readonly rows: number
  readonly streams: number
  /** UTC instants of the earliest and the latest reading. */
  readonly first?: string
  readonly last?: string
  readonly longestGapMs?: number
  /** The first damaged lines. */
  readonly damages: readonly Damage[]
}

/**
 * Reads a CSV source to its end and appends its readings to the target, batch after batch, in bounded memory. While the target makes
 * one batch durable the next one is read.
 *
 * @throws ImportError for a source that cannot be read at all, before anything was appended; `source` when it breaks off, with
 *   what was taken so far in `facts.report`; whatever the target throws
 */
export async function runImport(
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions,
  target: ImportTarget,
  onProgress?: (progress: ImportProgress) => void,
): Promise<ImportReport> {
  const tally = new Tally()
  const csv = new CsvSource(options, tally)
  const damages: Damage[] = []
  let bytes = 0
  let accepted = 0
  let duplicate = 0
  let refused = 0
  let appending: Promise<void> | undefined

  const progress = (): ImportProgress => {
    const { read = 0, duplicate: doubled = 0, quarantined = 0 } = csv.maker ?? {}
    return { bytes, read, accepted, duplicate: duplicate + doubled, quarantined: quarantined + refused }
  }
  const append = async (batch: ImportBatch): Promise<void> => {
    if (batch.damages.length > 0) {
      damages.push(...batch.damages.slice(0, DAMAGES_SHOWN - damages.length))
      await target.quarantine(options.source, batch.damages)
    }
    if (batch.streams.length > 0) {
      const result = await target.append(batch.streams)
      accepted += result.accepted
      duplicate += result.duplicate
      refused += result.quarantined
    }
    onProgress?.(progress())
  }
  const handOn = async (): Promise<void> => {
    const batch = csv.maker!.take()
    await appending
    appending = append(batch)
    // A rejection is seen by the next wait; until then it must not count as unhandled.
    appending.catch(() => {})
  }
  const report = (longestGapMs: number): ImportReport => {
    const { read, accepted: taken, duplicate: doubled, quarantined } = progress()
    const { firstMs, lastMs } = csv.maker ?? {}
    return {
      source: options.source,
      read,
      accepted: taken,
      duplicate: doubled,
      quarantined,
      oddities: tally.counts(),
      rows: csv.maker?.rows ?? 0,
      streams: csv.maker?.streams ?? 0,
      ...(firstMs !== undefined && { first: new Date(firstMs).toISOString() }),
      ...(lastMs !== undefined && { last: new Date(lastMs).toISOString() }),
      ...(longestGapMs > 0 && { longestGapMs }),
      damages,
    }
  }

  let broken: unknown
  for await (const piece of pieces(source, (cause) => (broken = cause))) {
    bytes += piece.length
    csv.push(piece)
    const { maker } = csv
    if (maker && (maker.readings >= BATCH_READINGS || maker.chars >= BATCH_CHARS)) await handOn()
  }
  // A source that broke off ends in the middle of a line, which is left where it is.
  const longestGapMs = broken === undefined ? csv.end() : 0
  if (csv.maker) await handOn()
  await appending
  if (broken === undefined) return report(longestGapMs)
  const why = broken instanceof Error ? broken.message : String(broken)
  throw new ImportError(
    'source',
    `${options.source} broke off after ${bytes} bytes: ${why}`,
    {
      report: report(0),
      hint: 'what was read so far is taken; import the whole source again and only the rest is added',
    },
    { cause: broken },
  )
}

async function* pieces(
  source: AsyncIterable<Uint8Array>,
  onBroken: (cause: unknown) => void,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>
      try {
        next = await iterator.next()
      } catch (cause) {
        onBroken(cause)
        return
      }
      if (next.done) return
      for (let at = 0; at < next.value.length; at += PIECE_BYTES) yield next.value.subarray(at, at + PIECE_BYTES)
    }
  } finally {
    await iterator.return?.()
  }
}
