import type { ImportOptions, ImportProgress, ImportReport } from '@minipolis/city'

/** A stream as commands show it. */
export interface StreamView {
  readonly id: string
  readonly device: string
  /** UCUM code. */
  readonly unit: string
  readonly kind: 'number' | 'text'
  readonly label?: string
  /** Readings accepted so far. */
  readonly readings: number
  /** Sequence of the last one; more than `readings` when some are missing. */
  readonly lastSequence: number
  /** UTC instants of the earliest and the latest reading. */
  readonly first?: string
  readonly last?: string
}

/** A reading as commands show it. */
export interface RecordView {
  /** `<stream id>@<sequence>`. */
  readonly id: string
  readonly stream: string
  readonly sequence: number
  /** UTC instant. */
  readonly time: string
  /** The text as received; `null` in personal streams. */
  readonly value: string | null
  /** The exact decimal of the text; absent where it is none. */
  readonly number?: string
  /** UCUM code. */
  readonly unit: string
  readonly quality?: string
  /** The time as received and the zone it was read in. */
  readonly received?: { readonly time: string; readonly zone: string }
  readonly note?: string
  /** Leaf of the log. */
  readonly logIndex: number
}

export interface RecordsQuery {
  readonly stream: string
  /** Inclusive, milliseconds since 1970. */
  readonly fromMs?: number
  /** Exclusive. */
  readonly toMs?: number
  readonly newestFirst?: boolean
  readonly limit: number
}

export interface NodeView {
  readonly network: string
  /** Number, id and time of the newest block; absent before the first. */
  readonly tip?: { readonly number: string; readonly id: string; readonly time: string }
  readonly log: {
    readonly origin: string
    readonly size: number
    /** Size of the newest signed checkpoint. */
    readonly checkpoint?: number
    /** Size of the newest checkpoint on chain, and the block that holds it. */
    readonly anchored?: number
    readonly anchorBlock?: string
  }
  /** Base URL of the server, when one runs. */
  readonly url?: string
}

export interface FsckView {
  readonly clean: boolean
  readonly size?: number
  /** Hex of the root hash. */
  readonly root?: string
  /** Where the log does not add up, and how. */
  readonly place?: string
  readonly detail?: string
}

export interface EnrolRequest {
  readonly device: string
  /** 64 hex digits, Ed25519. */
  readonly publicKey: string
  readonly notBeforeMs: number
  readonly notAfterMs?: number
  readonly label?: string
  readonly streams: readonly { readonly id: string; readonly unit: string; readonly kind?: 'number' | 'text' }[]
}

export interface Enrolment {
  readonly device: string
  /** Key id: 16 hex digits. */
  readonly key: string
  /** Canonical JSON of the credential. */
  readonly credential: string
  readonly streams: readonly string[]
}

/**
 * A city as commands see it: a folder opened in this process, or the server that runs on the folder. Both answer alike, so no
 * command knows which it talks to.
 */
export interface CityAccess {
  /** For people: the folder or the server's address. */
  readonly place: string
  import(
    source: AsyncIterable<Uint8Array>,
    options: ImportOptions,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport>
  /** In the order of their ids, page after page. */
  streams(): AsyncIterable<StreamView>
  /** In the order of their time. @throws an error of code `stream-unknown` when there is no such stream */
  records(query: RecordsQuery): Promise<RecordView[]>
  /**
   * The evidence file of a reading, as JSON text.
   *
   * @param waitMs how long to wait until the reading is anchored; after that the evidence reaches to the signed checkpoint
   */
  evidence(readingId: string, waitMs: number): Promise<string>
  node(): Promise<NodeView>
  /** Recomputes the whole log. */
  fsck(onProgress: (done: number, total: number) => void): Promise<FsckView>
  /** Writes the log as static files into a folder; returns the size of the exported tree. */
  exportLog(folder: string, onProgress: (done: number, total: number) => void): Promise<number>
  enrol(request: EnrolRequest): Promise<Enrolment>
  /** Lets go of the folder or the connection. */
  close(): Promise<void>
}

/**
 * Finds the city of a folder.
 *
 * @param purpose `make` a city where there is none, insist on an `existing` one, or `check` one whose log may not add up
 */
export type OpenCityAccess = (folder: string, purpose: CityPurpose) => Promise<CityAccess>

export type CityPurpose = 'make' | 'existing' | 'check'
