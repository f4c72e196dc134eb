import type { MessageName } from '../wire/index.ts'

/** A message of the protocol, or what is none. */
export type TrafficKind = MessageName | 'noise'

/** Bytes of messages that went each way, by kind, over all connections since the last reset. */
export class Traffic {
  #sinceMs: number
  readonly #read = new Map<TrafficKind, number>()
  readonly #written = new Map<TrafficKind, number>()

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  /** Milliseconds since 1970. */
  get sinceMs(): number {
    return this.#sinceMs
  }

  get read(): ReadonlyMap<TrafficKind, number> {
    return this.#read
  }

  get written(): ReadonlyMap<TrafficKind, number> {
    return this.#written
  }

  countRead(kind: TrafficKind, bytes: number): void {
    this.#read.set(kind, (this.#read.get(kind) ?? 0) + bytes)
  }

  countWritten(kind: TrafficKind, bytes: number): void {
    this.#written.set(kind, (this.#written.get(kind) ?? 0) + bytes)
  }

  reset(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#read.clear()
    this.#written.clear()
  }
}
