import type { Log } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import { IntakeError } from './intake-error.ts'
import { formatPack, type Pack } from './pack.ts'
import { type CheckedPack, PackCheck, type PackCheckParts } from './pack-check.ts'
import { type CheckedItem, PackCommitter, type PackOrigin } from './pack-committer.ts'
import type { AcceptedPack } from './pack-writer.ts'
import { type PackEncoding, packFrom, parsePack, parsePackList } from './parse-pack.ts'
import type { Quarantine } from './quarantine.ts'
import type { Outcome } from './receipt.ts'
import { Refusal, type RefusalCode } from './refusal.ts'

/** What may wait at once. Beyond it the intake answers `busy`: a queue that only grows helps nobody. */
export const QUEUE_PACKS_MAX = 10_000
export const QUEUE_READINGS_MAX = 64_000

/** What one commit takes. */
export const COMMIT_PACKS_MAX = 2_000
export const COMMIT_READINGS_MAX = 16_000

/**
 * Pause when fewer packs wait than the last commit took: its senders have just been answered and are about to send again. One
 * commit for all of them costs the disk as much as one for the first few.
 */
const GATHER_MS = 1

export interface IntakeParts extends PackCheckParts {
  readonly store: Store
  readonly log: Log
  readonly quarantine: Quarantine
}

/** Counted since the start. */
export interface IntakeCounters {
  packs: number
  readings: number
  /** Packs that had been accepted before. */
  duplicates: number
  /** Packs that left a gap before them. */
  gaps: number
  commits: number
  /** Packs turned away because too much was waiting. */
  busy: number
  /** Packs whose commit failed; nothing of them was taken. */
  failed: number
  readonly refused: Map<RefusalCode, number>
}

export type AcceptedListener = (packs: readonly AcceptedPack[]) => void

interface Ticket {
  readonly readings: number
  readonly checked: Promise<CheckedPack | Refusal>
  readonly origin: PackOrigin
  resolve(outcome: Outcome): void
  reject(error: unknown): void
}

/**
 * The one way into the city's records: checks packs, makes them durable many at a time, and only then answers. Packs are taken
 * in the order in which they were handed in.
 */
export class Intake {
  readonly counters: IntakeCounters = {
    packs: 0,
    readings: 0,
    duplicates: 0,
    gaps: 0,
    commits: 0,
    busy: 0,
    failed: 0,
    refused: new Map(),
  }
  readonly #check: PackCheck
  readonly #committer: PackCommitter
  readonly #listeners = new Set<AcceptedListener>()
  readonly #waitingForRoom: (() => void)[] = []
  #queue: Ticket[] = []
  #readings = 0
  #draining: Promise<void> | undefined
  #stopped = false
  #lastPacks = 0

  constructor(parts: IntakeParts) {
    this.#check = new PackCheck(parts)
    this.#committer = new PackCommitter(parts)
  }

  /** Packs that wait for their commit. */
  get waiting(): number {
    return this.#queue.length
  }

  /**
   * Takes a pack. Resolves when it is durable, or its refusal is in quarantine.
   *
   * @throws IntakeError `busy`, `stopped`; StoreError and LogError when the commit failed: then nothing was taken
   */
  submit(pack: Pack, door: string): Promise<Outcome> {
    const payload = () => new TextEncoder().encode(formatPack(pack))
    return this.#enqueue(pack, { door, device: pack.device, stream: pack.stream, payload })
  }

  /** Takes a pack as a door received it. The bytes must not change until the promise settles. */
  submitBytes(bytes: Uint8Array, encoding: PackEncoding, door: string): Promise<Outcome> {
    // Judged before reading: what will be turned away should cost little.
    if (this.#isFull(1)) return this.#turnAway()
    const pack = parsePack(bytes, encoding)
    const { device, stream } = pack instanceof Refusal ? { device: undefined, stream: undefined } : pack
    return this.#enqueue(pack, { door, device, stream, payload: () => bytes })
  }

  /**
   * Takes a list of packs as a door received it. One promise for each pack, or a single one when the list cannot be read;
   * each settles as that of `submitBytes` does.
   */
  submitList(bytes: Uint8Array, encoding: PackEncoding, door: string): Promise<Outcome>[] {
    const values = parsePackList(bytes, encoding)
    if (values instanceof Refusal)
      return [this.#enqueue(values, { door, device: undefined, stream: undefined, payload: () => bytes })]
    return values.map((value) => {
      const pack = packFrom(value)
      const { device, stream } = pack instanceof Refusal ? { device: undefined, stream: undefined } : pack
      const payload = () => new TextEncoder().encode(JSON.stringify(value))
      return this.#enqueue(pack, { door, device, stream, payload })
    })
  }

  /** Resolves when half of the queue is free: for importers, which can wait. */
  async room(): Promise<void> {
    while (this.#readings > QUEUE_READINGS_MAX / 2 || this.#queue.length > QUEUE_PACKS_MAX / 2)
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve))
  }

  /** Tells what was accepted, in the order of the log, after it is durable. Returns the way to stop. */
  onAccepted(listener: AcceptedListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes nothing more and resolves when all that waits is settled. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#draining
  }

  #isFull(readings: number): boolean {
    return this.#stopped || this.#queue.length >= QUEUE_PACKS_MAX || this.#readings + readings > QUEUE_READINGS_MAX
  }

  #turnAway(): Promise<never> {
    if (this.#stopped) return Promise.reject(new IntakeError('stopped', 'the intake is closing: send it again later'))
    this.counters.busy++
    return Promise.reject(
      new IntakeError('busy', `${this.#queue.length} packs are waiting already: send it again in a moment`, {
        packs: this.#queue.length,
        readings: this.#readings,
      }),
    )
  }

  #enqueue(pack: Pack | Refusal, origin: PackOrigin): Promise<Outcome> {
    const readings = pack instanceof Refusal ? 1 : pack.readings.length
    if (this.#isFull(readings)) return this.#turnAway()
    return new Promise((resolve, reject) => {
      const checked = pack instanceof Refusal ? Promise.resolve(pack) : this.#check.check(pack)
      // Its failure is handled when its turn comes; until then it must not count as unhandled.
      checked.catch(() => undefined)
      this.#queue.push({ readings, checked, origin, resolve, reject })
      this.#readings += readings
      this.#draining ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    // Whatever else arrives in this turn of the event loop joins the first commit.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      if (this.#queue.length < this.#lastPacks) await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
      const tickets = this.#take()
      this.#lastPacks = tickets.length
      await this.#commit(tickets)
    }
    this.#draining = undefined
  }

  #take(): Ticket[] {
    let readings = 0
    let packs = 0
    for (const ticket of this.#queue) {
      if (packs === COMMIT_PACKS_MAX || (packs > 0 && readings + ticket.readings > COMMIT_READINGS_MAX)) break
      readings += ticket.readings
      packs++
    }
    const taken = this.#queue.slice(0, packs)
    this.#queue = this.#queue.slice(packs)
    this.#readings -= readings
    return taken
  }

  async #commit(tickets: readonly Ticket[]): Promise<void> {
    const items: CheckedItem[] = []
    const ready: Ticket[] = []
    /** Streams of which a pack could not be checked, because the store failed, and why. */
    const cut = new Map<string | undefined, unknown>()
    for (const ticket of tickets) {
      const { checked, origin } = ticket
      try {
        const item = { checked: await checked, origin }
        if (cut.has(origin.stream)) throw cut.get(origin.stream)
        items.push(item)
        ready.push(ticket)
      } catch (error) {
        cut.set(origin.stream, error)
        this.#fail([ticket, ...this.#takeBehind([ticket])], error)
      }
    }
    this.#tellOfRoom()
    if (items.length === 0) return
    try {
      const { outcomes, accepted } = await this.#committer.commit(items)
      this.#count(outcomes, accepted)
      for (const [at, ticket] of ready.entries()) ticket.resolve(outcomes[at]!)
      if (accepted.length > 0) for (const listener of this.#listeners) listener(accepted)
    } catch (error) {
      this.#fail([...ready, ...this.#takeBehind(ready)], error)
    }
  }

  #fail(tickets: readonly Ticket[], error: unknown): void {
    this.counters.failed += tickets.length
    for (const ticket of tickets) ticket.reject(error)
    // Who waits for room learns of the failure first.
    this.#tellOfRoom()
  }

  /**
   * Takes out of the queue what stands behind these in their streams: taken alone it would leave a gap, for a moment when its
   * sender comes again, for ever when the sender begins anew behind it.
   */
  #takeBehind(tickets: readonly Ticket[]): Ticket[] {
    const streams = new Set(tickets.map(({ origin }) => origin.stream))
    const behind = this.#queue.filter(({ origin }) => origin.stream !== undefined && streams.has(origin.stream))
    if (behind.length === 0) return behind
    const taken = new Set(behind)
    this.#queue = this.#queue.filter((ticket) => !taken.has(ticket))
    for (const { readings } of behind) this.#readings -= readings
    return behind
  }

  #tellOfRoom(): void {
    for (const resolve of this.#waitingForRoom.splice(0)) resolve()
  }

  #count(outcomes: readonly Outcome[], accepted: readonly AcceptedPack[]): void {
    const { counters } = this
    counters.commits++
    counters.packs += accepted.length
    for (const { pack, missing } of accepted) {
      counters.readings += pack.readings.length
      if (missing > 0) counters.gaps++
    }
    for (const outcome of outcomes) {
      if (outcome.kind === 'refused') counters.refused.set(outcome.code, (counters.refused.get(outcome.code) ?? 0) + 1)
      else if (outcome.receipt.duplicate) counters.duplicates++
    }
  }
}
