import { setTimeout } from 'node:timers/promises'
import {
  canonicalJson,
  createMerkleHash,
  formatInstant,
  fsckLog,
  type ImportOptions,
  type ImportProgress,
  type ImportReport,
  parseNoteKey,
  toLowerHex,
} from '@minipolis/city'
import { MinipolisError } from '@minipolis/minima'
import { nodeEd25519, nodeSha256 } from '@minipolis/server/crypto'
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
import { CommandError } from '../terminal/command-error.ts'
import { HttpLogStore } from './http-log-store.ts'
import { problemError, ServerClient, type ServerClientOptions } from './server-client.ts'

/** Streams and anchors asked for at once. */
const STREAMS_PER_PAGE = 1_000
const ANCHORS_LOOKED_AT = 64

/** How often to look whether a reading is logged and anchored. */
const LOOK_EVERY_MS = 250
/** The server signs a checkpoint every second or so: a reading that none covers after this never will be. */
const LOGGED_WITHIN_MS = 10_000

/** Members that the API spells out as `null` where ours are absent. */
type Nullable<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> | null }

interface StatusAnswer {
  readonly network: string
  readonly tip: { readonly number: number; readonly id: string; readonly time: string } | null
  readonly log: {
    readonly origin: string
    readonly size: number
    readonly checkpoint: number | null
    readonly key: string
  }
}

interface AnchorAnswer {
  readonly state: string
  readonly size: number
  readonly block: number | null
}

/** A city whose folder is held by a server: everything is asked of its HTTP API. */
export class RemoteCity implements CityAccess {
  readonly place: string
  readonly #client: ServerClient

  constructor(options: ServerClientOptions) {
    this.#client = new ServerClient({ ...options, url: options.url.endsWith('/') ? options.url : `${options.url}/` })
    this.place = options.url
  }

  async import(
    source: AsyncIterable<Uint8Array>,
    options: ImportOptions,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport> {
    const lines = this.#client.upload(
      'v1/import',
      { options: JSON.stringify(options) },
      untilBroken(source, options.source),
    )
    for await (const line of lines) {
      const { progress, report, problem } = line as {
        readonly progress?: ImportProgress
        readonly report?: ImportReport
        readonly problem?: unknown
      }
      if (problem !== undefined) throw problemError(JSON.stringify(problem), 0)
      if (report !== undefined) return report
      if (progress !== undefined) onProgress(progress)
    }
    throw new CommandError('server', 'the server broke off before the import was done', { hint: AGAIN })
  }

  async *streams(): AsyncIterable<StreamView> {
    for (let after: string | undefined; ; ) {
      const page: { readonly streams: readonly Nullable<StreamView>[]; readonly next: string | null } =
        await this.#client.get('v1/streams', { after, limit: STREAMS_PER_PAGE })
      for (const { id, device, unit, kind, label, readings, lastSequence, first, last } of page.streams) {
        yield withoutNulls<StreamView>({ id, device, unit, kind, label, readings, lastSequence, first, last })
      }
      if (page.next === null) return
      after = page.next
    }
  }

  async records({ stream, fromMs, toMs, newestFirst, limit }: RecordsQuery): Promise<RecordView[]> {
    const { readings } = await this.#client.get<{
      readonly readings: readonly (Nullable<RecordView> & { commitment: unknown })[]
    }>('v1/readings', {
      stream,
      from: fromMs === undefined ? undefined : formatInstant(fromMs),
      to: toMs === undefined ? undefined : formatInstant(toMs),
      newest: newestFirst,
      limit,
    })
    return readings.map(({ commitment: _, value, ...rest }) => ({
      ...withoutNulls<Omit<RecordView, 'value'>>(rest),
      value,
    }))
  }

  async evidence(readingId: string, waitMs: number): Promise<string> {
    const beginMs = performance.now()
    for (;;) {
      const waitedMs = performance.now() - beginMs
      try {
        const text = await this.#client.text('v1/evidence', { reading: readingId })
        if (waitedMs >= waitMs || (JSON.parse(text) as { readonly anchor?: unknown }).anchor !== null) return text
      } catch (error) {
        const mayCome = error instanceof MinipolisError && error.code === 'not-logged' && waitedMs < LOGGED_WITHIN_MS
        if (!mayCome) throw error
      }
      await setTimeout(LOOK_EVERY_MS)
    }
  }

  async node(): Promise<NodeView> {
    const [{ network, tip, log }, { anchors }] = await Promise.all([
      this.#client.get<StatusAnswer>('v1/status'),
      this.#client.get<{ readonly anchors: readonly AnchorAnswer[] }>('v1/anchors', { limit: ANCHORS_LOOKED_AT }),
    ])
    const anchor = anchors.find(({ block }) => block !== null)
    return {
      network,
      ...(tip && { tip: { number: String(tip.number), id: tip.id, time: tip.time } }),
      log: {
        origin: log.origin,
        size: log.size,
        ...(log.checkpoint !== null && { checkpoint: log.checkpoint }),
        ...(anchor && { anchored: anchor.size, anchorBlock: String(anchor.block) }),
      },
      url: this.place,
    }
  }

  /** Over the files that the server publishes: every entry, tile and root under its newest checkpoint. */
  async fsck(onProgress: (done: number, total: number) => void): Promise<FsckView> {
    const { log } = await this.#client.get<StatusAnswer>('v1/status')
    const store = new HttpLogStore(this.#client)
    const hash = createMerkleHash(nodeSha256)
    const result = await fsckLog({ store, key: parseNoteKey(log.key), hash, ed25519: nodeEd25519 }, onProgress)
    return result.clean ? { clean: true, size: result.size, root: toLowerHex(result.root) } : result
  }

  exportLog(folder: string, onProgress: (done: number, total: number) => void): Promise<number> {
    return writeLogFiles(new HttpLogStore(this.#client), folder, onProgress)
  }

  async enrol({ notBeforeMs, notAfterMs, ...request }: EnrolRequest): Promise<Enrolment> {
    const answer = await this.#client.post<Omit<Enrolment, 'credential'> & { readonly credential: unknown }>(
      'v1/devices',
      {
        ...request,
        notBefore: formatInstant(notBeforeMs),
        ...(notAfterMs !== undefined && { notAfter: formatInstant(notAfterMs) }),
      },
    )
    return { ...answer, credential: canonicalJson(answer.credential) }
  }

  async close(): Promise<void> {}
}

const AGAIN = 'what was read so far is taken; import the whole source again and only the rest is added'

/** The server sees only that the connection ends; why the source did is told here. */
async function* untilBroken(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const piece of source) {
      bytes += piece.length
      yield piece
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CommandError('file', `${name} broke off after ${bytes} bytes: ${why}`, { hint: AGAIN }, { cause })
  }
}

function withoutNulls<T>(members: Nullable<T>): T {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null)) as T
}
