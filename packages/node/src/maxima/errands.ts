import { MaximaError } from './maxima-error.ts'

/** Errands that may wait. */
export const ERRANDS_MAX = 4096
/** Errands run at the same time. */
export const ERRANDS_PARALLEL = 4
/** Milliseconds before each further attempt. */
const RETRY_MS = [5_000, 60_000]

interface Errand {
  readonly work: (signal: AbortSignal) => Promise<void>
  attempts: number
}

/**
 * What a node tells others on its own account: addresses, contact cards, route checks. Kept in memory, a few attempts each; a
 * newer errand of the same name takes the place of one that waits, and never overtakes one that runs.
 */
export class Errands {
  readonly #failed: (error: unknown) => void
  readonly #waiting = new Map<string, Errand>()
  readonly #later = new Map<string, NodeJS.Timeout>()
  readonly #running = new Set<string>()
  #stop = new AbortController()

  /** @param failed told of faults that are no `MaximaError`: those just mean that nobody was reached */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** Errands that wait or run. */
  get length(): number {
    return this.#waiting.size + this.#later.size + this.#running.size
  }

  /** @param afterMs wait before the first attempt */
  add(name: string, work: (signal: AbortSignal) => Promise<void>, afterMs = 0): void {
    if (this.#stop.signal.aborted || this.#waiting.size + this.#later.size >= ERRANDS_MAX) return
    this.#put(name, { work, attempts: 0 }, afterMs)
  }

  /** Drops what waits and aborts what runs. */
  stop(): void {
    this.#stop.abort(new MaximaError('not-started', 'messaging was stopped'))
    for (const timer of this.#later.values()) clearTimeout(timer)
    this.#later.clear()
    this.#waiting.clear()
  }

  #put(name: string, errand: Errand, afterMs: number): void {
    clearTimeout(this.#later.get(name))
    this.#later.delete(name)
    if (afterMs === 0) {
      this.#waiting.set(name, errand)
      this.#work()
      return
    }
    const timer = setTimeout(() => {
      this.#later.delete(name)
      this.#put(name, errand, 0)
    }, afterMs)
    this.#later.set(name, timer.unref())
  }

  #work(): void {
    for (const [name, errand] of this.#waiting) {
      if (this.#running.size >= ERRANDS_PARALLEL) return
      if (this.#running.has(name)) continue
      this.#waiting.delete(name)
      this.#running.add(name)
      this.#attempt(name, errand).finally(() => {
        this.#running.delete(name)
        this.#work()
      })
    }
  }

  async #attempt(name: string, errand: Errand): Promise<void> {
    try {
      await errand.work(this.#stop.signal)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!(error instanceof MaximaError)) this.#failed(error)
      const waitMs = RETRY_MS[errand.attempts++]
      const isReplaced = this.#waiting.has(name) || this.#later.has(name)
      if (waitMs !== undefined && !isReplaced) this.#put(name, errand, waitMs)
    }
  }
}
