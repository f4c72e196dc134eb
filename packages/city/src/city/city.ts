import { Anchorer, type AnchorerOptions, type AnchorStore, logId, StayKeeper } from '../anchor/index.ts'
import type { Ed25519, Sha256 } from '../crypto/index.ts'
import { type Evidence, makeEvidence, type ReadingRange, ShownCheckpoints } from '../evidence/index.ts'
import { Authority, type SigningKey } from '../identity/index.ts'
import { ImportGateway } from '../import/index.ts'
import { Intake, type LogReach, PackSealer, Quarantine } from '../intake/index.ts'
import type { Ledger } from '../ledger/ledger.ts'
import {
  Checkpointer,
  createMerkleHash,
  Log,
  type MerkleHash,
  type PublishedMark,
  parseNote,
  type StoredCheckpoint,
} from '../log/index.ts'
import { CredentialBook, SqlAnchorStore, type Store } from '../store/index.ts'
import { INSTANT_MS_MIN, PackArchive, Records, SqlLogStore, StreamRegister } from '../streams/index.ts'

/** The device that answers for imported readings. */
export const GATEWAY_DEVICE = 'gateway'

export interface CityOptions {
  /** Origin line of the log. */
  readonly origin: string
  readonly anchors: AnchorerOptions
  /** Opens a city whose log does not add up too, to look at it: it takes nothing more. */
  readonly evenDamaged?: boolean
}

export interface CityKeys {
  /** Certifies devices. */
  readonly authority: SigningKey
  /** Signs checkpoints. */
  readonly log: SigningKey
  /** Signs what imports read. */
  readonly gateway: SigningKey
}

export interface CityParts {
  readonly store: Store
  readonly mark: PublishedMark
  readonly ledger: Ledger
  readonly ed25519: Ed25519
  readonly sha256: Sha256
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told of faults that no caller waits for: a ledger that refuses, a checkpoint that cannot be signed. */
  readonly onError: (error: unknown) => void
}

type CheckpointListener = (checkpoint: StoredCheckpoint) => void

/** One city: every service over one store, one log and one ledger. */
export class City {
  readonly origin: string
  readonly store: Store
  readonly ledger: Ledger
  readonly credentials: CredentialBook
  readonly streams: StreamRegister
  readonly records: Records
  readonly quarantine: Quarantine
  readonly logStore: SqlLogStore
  readonly log: Log
  readonly intake: Intake
  readonly sealer: PackSealer
  readonly anchors: AnchorStore
  /** The way in for imports. */
  readonly gateway: ImportGateway
  readonly #anchorer: Anchorer
  readonly #checkpointer: Checkpointer
  readonly #stayKeeper: StayKeeper
  readonly #packs: PackArchive
  readonly #ed25519: Ed25519
  readonly #shownCheckpoints = new ShownCheckpoints()
  readonly #hash: MerkleHash
  readonly #checkpointListeners = new Set<CheckpointListener>()
  #unwatch: (() => void) | undefined

  private constructor(options: CityOptions, keys: CityKeys, parts: CityParts, logStore: SqlLogStore, log: Log) {
    const { store, ledger, ed25519, now, onError } = parts
    this.#hash = createMerkleHash(parts.sha256)
    this.#ed25519 = ed25519
    this.origin = options.origin
    this.store = store
    this.ledger = ledger
    this.logStore = logStore
    this.log = log
    this.anchors = new SqlAnchorStore(store)
    this.credentials = new CredentialBook(store, new Authority(keys.authority, ed25519), now)
    this.streams = new StreamRegister(store, now)
    this.records = new Records(store, this.streams)
    this.#packs = new PackArchive(store, this.streams)
    this.quarantine = new Quarantine(store, now)
    this.sealer = new PackSealer(parts.sha256, this.#hash)
    const { credentials, streams, quarantine, sealer } = this
    this.intake = new Intake({ store, log, quarantine, streams, credentials, sealer, ed25519, now })
    const { intake } = this
    this.gateway = new ImportGateway(
      { device: GATEWAY_DEVICE, key: keys.gateway },
      { store, streams, intake, quarantine, sealer, ed25519, now },
    )
    this.#anchorer = new Anchorer(options.anchors, { ledger, store: this.anchors, log, logStore, now, onError })
    this.#stayKeeper = new StayKeeper({
      ledger,
      store: this.anchors,
      logId: logId(options.origin),
      logs: async () => {
        const newest = await logStore.newestCheckpoint()
        return newest === undefined ? [] : [{ noteText: parseNote(newest.text).text, size: newest.size }]
      },
      now,
      onError,
    })
    this.#checkpointer = new Checkpointer(log, {
      onCheckpoint: (checkpoint) => {
        for (const listener of this.#checkpointListeners) listener(checkpoint)
        void this.#anchorer.step()
      },
      onError,
    })
  }

  /**
   * Opens the services over what is durable, and holds the log against what was published.
   *
   * @throws LogError `log-behind-published`, `log-diverged`, `log-damaged`; StoreError
   */
  static async open(options: CityOptions, keys: CityKeys, parts: CityParts): Promise<City> {
    const logStore = new SqlLogStore(parts.store)
    const { mark, now, ed25519 } = parts
    const hash = createMerkleHash(parts.sha256)
    const log = await Log.open(
      { origin: options.origin, secret: keys.log.secret, evenDamaged: options.evenDamaged ?? false },
      { store: logStore, mark, now, hash, ed25519 },
    )
    const city = new City(options, keys, parts, logStore, log)
    if (log.refusal) return city
    // Imports carry history: their gateway's key counts for all times.
    await city.credentials.enrol({
      device: GATEWAY_DEVICE,
      publicKey: keys.gateway.publicKey,
      notBeforeMs: INSTANT_MS_MIN,
      label: 'imports',
    })
    // What an older copy of the chain no longer has must not be shown as anchored.
    await city.#anchorer.reconcile()
    return city
  }

  /** Signs checkpoints and anchors them from now on. Idempotent. */
  start(): void {
    this.#checkpointer.start()
    this.#unwatch ??= this.ledger.watch(() => {
      void this.#anchorer.step()
      void this.#stayKeeper.step()
    })
  }

  /** Takes nothing more, finishes what was accepted and signs a last checkpoint. Idempotent. The store stays open. */
  async stop(): Promise<void> {
    await this.intake.stop()
    await this.#checkpointer.stop()
    this.#unwatch?.()
    this.#unwatch = undefined
    if (!this.log.refusal) await Promise.all([this.#anchorer.step(), this.#stayKeeper.step()])
  }

  /** Anchors what is new, as far as the ledger allows now, without waiting for the next block or the anchor interval. */
  async anchor(): Promise<void> {
    await this.#anchorer.step({ now: true })
  }

  /** Tells of each signed checkpoint. Returns the way to stop. */
  onCheckpoint(listener: CheckpointListener): () => void {
    this.#checkpointListeners.add(listener)
    return () => this.#checkpointListeners.delete(listener)
  }

  /** How far the log's leaves have come. */
  async reach(): Promise<LogReach> {
    const [checkpoint, recent] = await Promise.all([this.logStore.newestCheckpoint(), this.anchors.list(REACH_ANCHORS)])
    const furthest = (states: readonly string[]): number | undefined =>
      recent.find(({ state }) => states.includes(state))?.size
    return {
      logged: checkpoint?.size,
      anchored: furthest(['confirmed', 'buried', 'sealed']),
      buried: furthest(['buried', 'sealed']),
    }
  }

  /** @throws EvidenceError `no-such-reading`, `not-logged`, `too-many`; LogError `log-damaged` */
  evidence(range: ReadingRange): Promise<Evidence> {
    return makeEvidence(
      {
        source: this.#packs,
        logStore: this.logStore,
        reader: this.log.reader,
        logKey: this.log.key,
        anchors: this.anchors,
        ledger: this.ledger,
        shown: this.#shownCheckpoints,
        hash: this.#hash,
        ed25519: this.#ed25519,
      },
      range,
    )
  }
}

/** Anchors looked through for the newest one that is buried. */
const REACH_ANCHORS = 64
