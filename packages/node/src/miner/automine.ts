import { setTimeout as delay } from 'node:timers/promises'

/**
 * - `solo`: keeps the chain going alone. After a block period without a block it works until there is one.
 * - `share`: one block period after the other it does as much work as a transaction takes, as every node of a network does.
 * - `off`: only transactions are mined.
 */
export type AutomineMode = 'solo' | 'share' | 'off'

export interface AutomineParts {
  /** Mines once and posts the result. */
  readonly mine: (mode: 'solo' | 'share', signal: AbortSignal) => Promise<void>
  /** Told what went wrong; automining goes on. */
  readonly failed: (error: unknown) => void
}

/** The timer that makes blocks when nobody sends a transaction. */
export class Automine {
  readonly #periodMs: number
  readonly #parts: AutomineParts
  #mode: AutomineMode = 'off'
  #stop = new AbortController()
  /** Aborts the wait or the work at hand when a block came. */
  #round = new AbortController()
  #loop: Promise<void> = Promise.resolve()

  constructor(periodMs: number, parts: AutomineParts) {
    this.#periodMs = periodMs
    this.#parts = parts
  }

  get mode(): AutomineMode {
    return this.#mode
  }

  /** @param firstMs wait before the first round */
  start(mode: AutomineMode, firstMs: number): void {
    if (this.#mode !== 'off' || mode === 'off') return
    this.#mode = mode
    this.#stop = new AbortController()
    this.#loop = this.#run(mode, firstMs, this.#stop.signal)
  }

  async stop(): Promise<void> {
    this.#mode = 'off'
    this.#stop.abort()
    await this.#loop
  }

  /** A block came: alone, that is as good as an own one. */
  blockArrived(): void {
    if (this.#mode === 'solo') this.#round.abort()
  }

  async #run(mode: 'solo' | 'share', firstMs: number, stopped: AbortSignal): Promise<void> {
    let waitMs = firstMs
    while (!stopped.aborted) {
      this.#round = new AbortController()
      const signal = AbortSignal.any([stopped, this.#round.signal])
      try {
        await delay(waitMs, undefined, { signal })
        await this.#parts.mine(mode, signal)
      } catch (error) {
        if (!signal.aborted) this.#parts.failed(error)
      }
      waitMs = this.#periodMs
    }
  }
}
