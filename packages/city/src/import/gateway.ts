import type { Ed25519 } from '../crypto/index.ts'
import type { SigningKey } from '../identity/index.ts'
import {
  CLOCK_AHEAD_MAX_MS,
  type Intake,
  IntakeError,
  type Outcome,
  type Pack,
  type PackSealer,
  PackSigner,
  type Quarantine,
} from '../intake/index.ts'
import type { Store } from '../store/index.ts'
import {
  heldReadings,
  type Reading,
  readingContent,
  readStreamHeads,
  type Stream,
  StreamError,
  type StreamHead,
  type StreamRegister,
} from '../streams/index.ts'
import { packRuns } from './pack-runs.ts'
import type { StreamBatch } from './reading-batch.ts'
import type { AppendResult, ImportTarget } from './run-import.ts'
import type { Damage } from './source-line.ts'

/** The door's name in quarantine. */
const DOOR = 'import'

export interface ImportGatewayOptions {
  /** The device that answers for imported readings; enrolled, with a credential for all times. */
  readonly device: string
  readonly key: SigningKey
}

export interface ImportGatewayParts {
  readonly store: Store
  readonly streams: StreamRegister
  readonly intake: Intake
  readonly quarantine: Quarantine
  readonly sealer: PackSealer
  readonly ed25519: Ed25519
  readonly now: () => number
}

/**
 * The city as the target of imports: a gateway device that signs what it read, pack by pack, and hands it to the intake like
 * every other device. One call at a time: a stream has one next pack.
 */
export class ImportGateway implements ImportTarget {
  readonly #options: ImportGatewayOptions
  readonly #parts: ImportGatewayParts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ImportGatewayOptions, parts: ImportGatewayParts) {
    this.#options = options
    this.#parts = parts
  }

  /**
   * @throws StreamError `stream-taken` when a stream exists with another device, unit or kind; StoreError, LogError and
   *   IntakeError `stopped` when readings could not be made durable
   */
  append(batches: readonly StreamBatch[]): Promise<AppendResult> {
    const turn = this.#turn.then(() => this.#append(batches))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  quarantine(source: string, damages: readonly Damage[]): Promise<void> {
    return this.#parts.quarantine.put(
      damages.map(({ line, code, detail, excerpt, column }) => ({
        code: 'import',
        detail: `${source}, line ${line}${column === undefined ? '' : `, column ${column}`}: ${code}: ${detail}`,
        door: DOOR,
        device: this.#options.device,
        stream: undefined,
        payload: encoder.encode(excerpt),
      })),
    )
  }

  async #append(batches: readonly StreamBatch[]): Promise<AppendResult> {
    const streams = await this.#register(batches)
    const heads = await readStreamHeads(
      this.#parts.store.db,
      streams.map((stream) => stream.no),
    )
    let duplicate = 0
    const submitted: Submitted = { outcomes: [], failed: false }
    try {
      for (const [at, { readings }] of batches.entries()) {
        const stream = streams[at]!
        const head = heads.get(stream.no)
        const present = await this.#withoutFuture(stream, readings)
        const fresh = await this.#withoutHeld(stream, head, present)
        duplicate += present.length - fresh.length
        if (fresh.length > 0) await this.#submit(stream, head, fresh, submitted)
      }
    } finally {
      // Whatever fails on the way: who comes next must find the streams where these packs leave them.
      await Promise.allSettled(submitted.outcomes)
    }
    let accepted = 0
    for (const outcome of submitted.outcomes) {
      const result = await outcome
      if (result.kind === 'accepted') accepted += result.receipt.count
    }
    const taken = batches.reduce((sum, { readings }) => sum + readings.length, 0)
    return { accepted, duplicate, quarantined: taken - accepted - duplicate }
  }

  /** The streams of the batches, in their order; those that are new are registered first. */
  async #register(batches: readonly StreamBatch[]): Promise<Stream[]> {
    const { streams } = this.#parts
    const { device } = this.#options
    const found = await Promise.all(batches.map(({ stream }) => streams.find(stream)))
    for (const [at, { unit, kind }] of batches.entries()) {
      const stream = found[at]
      if (!stream) continue
      const wanted = { device, unit, kind }
      for (const fact of ['device', 'unit', 'kind'] as const) {
        if (stream[fact] === wanted[fact]) continue
        throw new StreamError(
          'stream-taken',
          `the stream ${stream.id} exists with ${fact} ${stream[fact]}, not ${wanted[fact]}`,
          {
            stream: stream.id,
            fact,
          },
        )
      }
    }
    const missing = batches.filter((_, at) => found[at] === undefined)
    const made = await streams.registerAll(
      missing.map(({ stream, unit, kind }) => ({ id: stream, device, unit, kind, history: true })),
    )
    const byId = new Map(made.map((stream) => [stream.id, stream]))
    return batches.map(({ stream }, at) => found[at] ?? byId.get(stream)!)
  }

  /** Times that no clock can have seen yet would have the intake refuse their whole pack: they are refused one by one. */
  async #withoutFuture(stream: Stream, readings: readonly Reading[]): Promise<readonly Reading[]> {
    const latest = this.#parts.now() + CLOCK_AHEAD_MAX_MS
    const future = readings.filter((reading) => reading.timeMs > latest)
    if (future.length === 0) return readings
    await this.#parts.quarantine.put(
      future.map((reading) => ({
        code: 'clock-ahead',
        detail: `${new Date(reading.timeMs).toISOString()} has not come yet`,
        door: DOOR,
        device: this.#options.device,
        stream: stream.id,
        payload: encoder.encode(readingContent(reading)),
      })),
    )
    return readings.filter((reading) => reading.timeMs <= latest)
  }

  async #withoutHeld(
    stream: Stream,
    head: StreamHead | undefined,
    readings: readonly Reading[],
  ): Promise<readonly Reading[]> {
    const distinct = withoutDoubles(readings)
    if (!head) return distinct
    const overlaps = distinct.filter(({ timeMs }) => timeMs >= head.firstTimeMs && timeMs <= head.lastTimeMs)
    if (overlaps.length === 0) return distinct
    const held = await heldReadings(this.#parts.store, stream, overlaps)
    const known = new Set(overlaps.filter((_, at) => held[at]))
    return distinct.filter((reading) => !known.has(reading))
  }

  async #submit(
    stream: Stream,
    head: StreamHead | undefined,
    readings: readonly Reading[],
    submitted: Submitted,
  ): Promise<void> {
    const { device, key } = this.#options
    const position = head ? { sequence: head.lastSequence, pack: head.lastPack } : { sequence: 0, pack: null }
    const signer = new PackSigner({ device, key, stream: stream.id, unit: stream.unit, position }, this.#parts)
    for (const run of packRuns(readings)) await this.#handIn(signer.sign(run), submitted)
  }

  /** Waits for room, not for the outcome: many packs share one commit. */
  async #handIn(pack: Pack, submitted: Submitted): Promise<void> {
    await this.#parts.intake.room()
    // A pack behind one that was lost would leave a gap that nobody closes.
    if (submitted.failed) return
    const outcome = this.#settle(pack, submitted)
    outcome.catch(() => undefined)
    submitted.outcomes.push(outcome)
  }

  async #settle(pack: Pack, submitted: Submitted): Promise<Outcome> {
    const { intake } = this.#parts
    for (;;) {
      try {
        return await intake.submit(pack, DOOR)
      } catch (error) {
        // Other doors may have taken the room in the meantime.
        if (!(error instanceof IntakeError && error.code === 'busy')) {
          submitted.failed = true
          throw error
        }
        await intake.room()
      }
    }
  }
}

/** What one call has handed in so far. */
interface Submitted {
  readonly outcomes: Promise<Outcome>[]
  /** One of them could not be made durable. */
  failed: boolean
}

/** Readings of equal time are compared; a series without any costs one look at its times. */
function withoutDoubles(readings: readonly Reading[]): readonly Reading[] {
  if (new Set(readings.map(({ timeMs }) => timeMs)).size === readings.length) return readings
  const seen = new Set<string>()
  return readings.filter((reading) => {
    const content = readingContent(reading)
    if (seen.has(content)) return false
    seen.add(content)
    return true
  })
}

const encoder = new TextEncoder()
