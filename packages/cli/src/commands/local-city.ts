import { setTimeout } from 'node:timers/promises'
import {
  type City,
  createMerkleHash,
  type Evidence,
  EvidenceError,
  formatCredential,
  formatEvidence,
  formatInstant,
  fromLowerHex,
  fsckLog,
  type ImportOptions,
  type ImportProgress,
  type ImportReport,
  keyId,
  PackAudit,
  parseReadingId,
  type ReadingRange,
  type ReadingRecord,
  readAnchor,
  readStreamHeads,
  runImport,
  STREAMS_PAGE_MAX,
  type Stream,
  type StreamHead,
  toLowerHex,
} from '@minipolis/city'
import { type OpenCity, withTightHeap } from '@minipolis/server'
import { nodeEd25519, nodeSha256 } from '@minipolis/server/crypto'
import { filePublishedMark } from '@minipolis/server/folder'
import type {
  CityAccess,
  Enrolment,
  EnrolRequest,
  FsckView,
  NodeView,
  RecordsQuery,
  RecordView,
  StreamView,
} from '../access/city-access.ts'
import { writeLogFiles } from '../access/log-files.ts'

/** How often to look whether a reading is anchored. */
const LOOK_EVERY_MS = 250

/** Checkpoints tried for a reading that none covers yet. */
const CHECKPOINT_ATTEMPTS = 3

/** A city that is open in this process. */
export class LocalCity implements CityAccess {
  readonly place: string
  readonly #open: OpenCity
  readonly #city: City

  constructor(open: OpenCity) {
    this.place = open.folder.path
    this.#open = open
    this.#city = open.city
  }

  async import(
    source: AsyncIterable<Uint8Array>,
    options: ImportOptions,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport> {
    this.#city.start()
    const report = await withTightHeap(() => runImport(source, options, this.#city.gateway, onProgress))
    await this.#open.settle()
    return report
  }

  async *streams(): AsyncIterable<StreamView> {
    for (let after: string | undefined; ; ) {
      const page = await this.#city.streams.list({ after, limit: STREAMS_PAGE_MAX })
      const heads = await readStreamHeads(
        this.#city.store.db,
        page.map(({ no }) => no),
      )
      for (const stream of page) yield streamView(stream, heads.get(stream.no))
      if (page.length < STREAMS_PAGE_MAX) return
      after = page.at(-1)!.id
    }
  }

  async records({ stream: id, fromMs, toMs, newestFirst, limit }: RecordsQuery): Promise<RecordView[]> {
    const stream = await this.#city.streams.get(id)
    const records = await this.#city.records.byTime(stream, { fromMs, toMs, descending: newestFirst, limit })
    return records.map((record) => recordView(record, stream.unit))
  }

  async evidence(readingId: string, waitMs: number): Promise<string> {
    const { stream, sequence } = parseReadingId(readingId)
    const range = { stream, first: sequence, last: sequence }
    this.#city.start()
    const endMs = performance.now() + waitMs
    for (let attempt = 1; ; attempt++) {
      const evidence = await this.#evidence(range, attempt)
      if (evidence && (evidence.anchor !== null || performance.now() >= endMs)) return formatEvidence(evidence)
      if (evidence) await setTimeout(LOOK_EVERY_MS)
    }
  }

  /** `undefined` when a checkpoint had to be signed first. */
  async #evidence(range: ReadingRange, attempt: number): Promise<Evidence | undefined> {
    try {
      return await this.#city.evidence(range)
    } catch (error) {
      const mayCome = error instanceof EvidenceError && error.code === 'not-logged' && attempt < CHECKPOINT_ATTEMPTS
      if (!mayCome) throw error
      await this.#city.log.checkpoint()
      return undefined
    }
  }

  async node(): Promise<NodeView> {
    const { ledger, anchors, logStore, origin, log } = this.#city
    const [network, tip, checkpoint, reach] = await Promise.all([
      ledger.network(),
      ledger.tip(),
      logStore.newestCheckpoint(),
      this.#city.reach(),
    ])
    const anchor = reach.anchored === undefined ? undefined : await anchors.covering(reach.anchored)
    return {
      network: network.name,
      ...(tip && { tip: { number: String(tip.number), id: tip.id, time: new Date(Number(tip.timeMs)).toISOString() } }),
      log: {
        origin,
        size: log.size,
        ...(checkpoint && { checkpoint: checkpoint.size }),
        ...(anchor && { anchored: anchor.size, anchorBlock: String(readAnchor(anchor).proof?.block.number) }),
      },
    }
  }

  async fsck(onProgress: (done: number, total: number) => void): Promise<FsckView> {
    const { logStore, log, store, credentials } = this.#city
    const ed25519 = nodeEd25519
    const sha256 = nodeSha256
    const hash = createMerkleHash(sha256)
    const mark = filePublishedMark(this.#open.folder.publishedMark)
    const authority = credentials.authority.publicKey
    const audit = new PackAudit({ store, authority, hash, sha256, ed25519 })
    const result = await fsckLog({ store: logStore, mark, key: log.key, audit, hash, ed25519 }, onProgress)
    return result.clean ? { clean: true, size: result.size, root: toLowerHex(result.root) } : result
  }

  async exportLog(folder: string, onProgress: (done: number, total: number) => void): Promise<number> {
    await this.#city.log.checkpoint()
    return writeLogFiles(this.#city.logStore, folder, onProgress)
  }

  async enrol({ device, publicKey, notBeforeMs, notAfterMs, label, streams }: EnrolRequest): Promise<Enrolment> {
    const key = fromLowerHex(publicKey, 32)
    const credential = await this.#city.credentials.enrol({
      device,
      publicKey: key,
      notBeforeMs,
      ...(notAfterMs !== undefined && { notAfterMs }),
      ...(label !== undefined && { label }),
    })
    const registered = await this.#city.streams.registerAll(streams.map((stream) => ({ ...stream, device })))
    return {
      device,
      key: keyId(key),
      credential: formatCredential(credential),
      streams: registered.map((stream) => stream.id),
    }
  }

  close(): Promise<void> {
    return this.#open.close()
  }
}

function streamView(stream: Stream, head: StreamHead | undefined): StreamView {
  const { id, device, unit, kind, label } = stream
  return {
    id,
    device,
    unit,
    kind,
    ...(label !== undefined && { label }),
    readings: head?.readings ?? 0,
    lastSequence: head?.lastSequence ?? 0,
    ...(head && { first: formatInstant(head.firstTimeMs), last: formatInstant(head.lastTimeMs) }),
  }
}

function recordView(record: ReadingRecord, unit: string): RecordView {
  const { id, stream, sequence, timeMs, value, number, quality, received, note, logIndex } = record
  return {
    id,
    stream,
    sequence,
    time: formatInstant(timeMs),
    value,
    ...(number !== undefined && { number }),
    unit,
    ...(quality !== undefined && { quality }),
    ...(received && { received }),
    ...(note !== undefined && { note }),
    logIndex,
  }
}
