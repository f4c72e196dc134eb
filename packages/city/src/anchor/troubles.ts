import { MinipolisError } from '@minipolis/minima'

/** Codes by which a ledger says that the same call works after a block or two. */
const TRANSIENT: ReadonlySet<string> = new Set(['busy', 'unavailable'])

/**
 * Tells what needs somebody's attention: the same trouble once, not at every step that it lasts, and again when it comes back. What
 * the next step mends by itself is not told.
 */
export class Troubles {
  readonly #tell: (error: unknown) => void
  /** Messages of the step before. */
  #told: ReadonlySet<string> = new Set()
  /** Of the step at hand. */
  #met = new Set<string>()

  constructor(tell: (error: unknown) => void) {
    this.#tell = tell
  }

  /** Runs a step. Never rejects: its failure is a trouble. */
  async during(step: () => Promise<void>): Promise<void> {
    this.#met = new Set()
    try {
      await step()
    } catch (error) {
      this.meet(error)
    }
    this.#told = this.#met
  }

  /** A failure that does not end the step. */
  meet(error: unknown): void {
    if (error instanceof MinipolisError && TRANSIENT.has(error.code)) return
    const text = String(error)
    this.#met.add(text)
    if (!this.#told.has(text)) this.#tell(error)
  }
}
