import { bytesEqual } from '@minipolis/minima'
import type { Ed25519 } from '../crypto/index.ts'
import { ed25519 } from '../crypto/index.ts'
import { formatCheckpoint } from './checkpoint.ts'
import type { Hashes } from './hash-list.ts'
import { LogError } from './log-error.ts'
import { LOG_SIZE_MAX, type LogBatch, type LogStore, type StoredCheckpoint } from './log-store.ts'
import { type MerkleHash, merkleHash } from './merkle-hash.ts'
import { type NoteKey, noteKey, signNote } from './note.ts'
import type { PublishedHead, PublishedMark } from './published-mark.ts'
import { TreeEdge } from './tree-edge.ts'
import { TreeReader } from './tree-reader.ts'

export interface LogOptions {
  /** Names the log, for example `city.example/readings`. */
  readonly origin: string
  /** 32-byte Ed25519 seed of the log's note key. */
  readonly secret: Uint8Array
  /** Opens a log that does not add up too, so that `fsckLog` can name what is wrong with it; it neither grows nor signs. */
  readonly evenDamaged?: boolean
}

export interface LogParts {
  readonly store: LogStore
  readonly mark: PublishedMark
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly hash?: MerkleHash
  readonly ed25519?: Ed25519
}

/**
 * The city's append-only log: gives new leaves their place, and signs checkpoints over what is durable.
 *
 * Appending is a three-step dance with the store, because readings and leaves must become durable together: `plan` computes,
 * the store writes the batch in the readings' own transaction, `commit` moves on. One plan may be open at a time.
 */
export class Log {
  readonly origin: string
  /** The key whose signature makes a checkpoint this log's. */
  readonly key: NoteKey
  readonly reader: TreeReader
  readonly #secret: Uint8Array
  readonly #store: LogStore
  readonly #mark: PublishedMark
  readonly #now: () => number
  readonly #hash: MerkleHash
  readonly #ed25519: Ed25519
  #edge: TreeEdge
  #planned: { batch: LogBatch; edge: TreeEdge } | undefined
  #published: PublishedHead | undefined
  #refusal: LogError | undefined
  #signing: Promise<StoredCheckpoint | undefined> = Promise.resolve(undefined)

  private constructor({ origin, secret }: LogOptions, parts: LogParts) {
    const hash = parts.hash ?? merkleHash
    this.#ed25519 = parts.ed25519 ?? ed25519
    this.origin = origin
    this.key = logKey(origin, this.#ed25519.publicKey(secret))
    this.reader = new TreeReader(parts.store, hash)
    this.#secret = secret
    this.#store = parts.store
    this.#mark = parts.mark
    this.#now = parts.now
    this.#hash = hash
    this.#edge = TreeEdge.empty(hash)
  }

  /**
   * Opens the log and holds its durable end against what was published before.
   *
   * @throws LogError `log-origin`, `log-damaged`, `log-behind-published`, `log-diverged`
   */
  static async open(options: LogOptions, parts: LogParts): Promise<Log> {
    const log = new Log(options, parts)
    try {
      await log.#openWhole()
    } catch (error) {
      if (!options.evenDamaged || !(error instanceof LogError)) throw error
      log.#refusal = error
    }
    return log
  }

  async #openWhole(): Promise<void> {
    await this.reload()
    const published = await this.#mark.read()
    if (published) await this.assertExtends(published, 'the published mark')
    const newest = await this.#store.newestCheckpoint()
    if (newest) await this.assertExtends(newest, 'the newest checkpoint')
    this.#published = published
  }

  /** Why the log neither grows nor signs; `undefined` when it does. */
  get refusal(): LogError | undefined {
    return this.#refusal
  }

  /** Leaves that are durable. */
  get size(): number {
    return this.#edge.size
  }

  /**
   * Computes what appending these leaves (hashes of 32 bytes) adds. Changes nothing until `commit`; a plan that is not
   * committed is replaced by the next.
   *
   * @throws LogError `log-full`, or the reason why this log may not grow (see `assertExtends`)
   */
  plan(leafHashes: Hashes): LogBatch {
    if (this.#refusal) throw this.#refusal
    const first = this.#edge.size
    if (first + leafHashes.length > LOG_SIZE_MAX) {
      throw new LogError('log-full', `the log takes at most ${LOG_SIZE_MAX} leaves: start a new log`, { size: first })
    }
    const edge = this.#edge.copy()
    const tiles = edge.append(leafHashes)
    const batch: LogBatch = { first, size: edge.size, root: edge.root(), tiles }
    this.#planned = { batch, edge }
    return batch
  }

  /** The store has made the planned batch durable. */
  commit(batch: LogBatch): void {
    if (this.#planned?.batch !== batch) throw new LogError('log-moved', 'this batch is not the one planned last')
    this.#edge = this.#planned.edge
    this.#planned = undefined
  }

  /**
   * Reads the durable end of the log again: after `log-moved`, or when a commit's fate is unknown.
   *
   * @throws LogError `log-damaged` when the tiles do not give the stored root
   */
  async reload(): Promise<void> {
    const state = await this.#store.state()
    const edge = await TreeEdge.read(this.#hash, this.reader, state.size)
    if (!bytesEqual(edge.root(), state.root)) {
      throw new LogError('log-damaged', `the tiles do not give the stored root of size ${state.size}: run log fsck`, {
        size: state.size,
      })
    }
    this.#edge = edge
    this.#planned = undefined
  }

  /**
   * Insists that the durable tree begins with a tree head that the world has seen: the published mark, or the live anchor
   * coin. After a failure the log neither grows nor signs, in this process, whatever comes.
   *
   * @throws LogError `log-behind-published`, `log-diverged`
   */
  async assertExtends(head: PublishedHead, witness: string): Promise<void> {
    const facts = { witness, published: head.size, durable: this.size }
    if (this.size < head.size) {
      this.#refusal = new LogError(
        'log-behind-published',
        `the database holds ${this.size} log entries but ${witness} names ${head.size}: it looks like an older backup; ` +
          'restore a newer one, signing on would fork the log',
        facts,
      )
    } else if (!bytesEqual(await this.reader.root(head.size), head.root)) {
      this.#refusal = new LogError(
        'log-diverged',
        `the first ${head.size} log entries in the database are not those that ${witness} names: restore the right database`,
        facts,
      )
    }
    if (this.#refusal) throw this.#refusal
  }

  /**
   * Signs a checkpoint over the durable tree when it has grown since the last one. Calls queue up.
   *
   * @returns the new checkpoint, or `undefined` when there is nothing new
   * @throws the reason why this log may not sign (see `assertExtends`)
   */
  checkpoint(): Promise<StoredCheckpoint | undefined> {
    this.#signing = this.#signing.catch(() => undefined).then(() => this.#sign())
    return this.#signing
  }

  async #sign(): Promise<StoredCheckpoint | undefined> {
    if (this.#refusal) throw this.#refusal
    const size = this.#edge.size
    const newest = await this.#store.newestCheckpoint()
    if (size <= (newest?.size ?? 0)) return undefined
    const root = this.#edge.size === size ? this.#edge.root() : await this.reader.root(size)
    // Another writer of the same database may have published more than this one knew at the start.
    if (this.#published && this.#published.size > size) await this.assertExtends(this.#published, 'the published mark')
    const signer = { key: this.key, secret: this.#secret }
    const text = signNote(formatCheckpoint({ origin: this.origin, size, root }), signer, this.#ed25519)
    // The mark first: a cut in between leaves a mark that the durable tree still extends.
    await this.#mark.write({ size, root })
    this.#published = { size, root }
    const checkpoint: StoredCheckpoint = { size, root, text, timeMs: this.#now() }
    await this.#store.putCheckpoint(checkpoint)
    return checkpoint
  }
}

/** The note key of a log, named by its origin line. @throws LogError `log-origin` */
export function logKey(origin: string, publicKey: Uint8Array): NoteKey {
  try {
    return noteKey(origin, publicKey)
  } catch (cause) {
    throw new LogError(
      'log-origin',
      `a log's origin line has no blanks and no plus sign: ${JSON.stringify(origin)}`,
      { origin },
      { cause },
    )
  }
}
