import type { Log } from './log.ts'
import type { StoredCheckpoint } from './log-store.ts'

export interface CheckpointerOptions {
  /** Pause between two looks at the log; 1,000 by default. */
  readonly everyMs?: number
  readonly onCheckpoint?: (checkpoint: StoredCheckpoint) => void
  /** A refusal or a failing store. The next look comes all the same. */
  readonly onError: (error: unknown) => void
}

/** Signs a checkpoint about every second while the log grows. `start` and `stop` are idempotent; `stop` waits for the last. */
export class Checkpointer {
  readonly #log: Log
  readonly #options: CheckpointerOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #running = false
  #work: Promise<void> = Promise.resolve()

  constructor(log: Log, options: CheckpointerOptions) {
    this.#log = log
    this.#options = options
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#wait()
  }

  /** Signs once more, so that what was accepted last is not left without a checkpoint. */
  async stop(): Promise<void> {
    if (!this.#running) return
    this.#running = false
    clearTimeout(this.#timer)
    await this.#work
    await this.#look()
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#work = this.#look().then(() => {
        if (this.#running) this.#wait()
      })
    }, this.#options.everyMs ?? 1000)
  }

  async #look(): Promise<void> {
    try {
      const checkpoint = await this.#log.checkpoint()
      if (checkpoint) this.#options.onCheckpoint?.(checkpoint)
    } catch (error) {
      this.#options.onError(error)
    }
  }
}
