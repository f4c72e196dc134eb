import type { LogEvidence } from './evidence-schema.ts'

/** Checkpoints remembered: readings asked for together mostly stand under the same few. */
export const SHOWN_CHECKPOINTS_MAX = 64

/**
 * Checkpoints that were shown, with the signatures found right: one checkpoint stands over many readings, and verifying it
 * again takes an eighth of the time that a file takes to make.
 */
export class ShownCheckpoints {
  /** The one used longest ago first. */
  readonly #shown = new Map<string, LogEvidence>()

  /** What was made for this name, else what `make` makes. @param name says everything that the result depends on */
  take(name: string, make: () => LogEvidence): LogEvidence {
    const shown = this.#shown.get(name) ?? make()
    this.#shown.delete(name)
    this.#shown.set(name, shown)
    if (this.#shown.size > SHOWN_CHECKPOINTS_MAX) this.#shown.delete(this.#shown.keys().next().value!)
    return shown
  }
}
