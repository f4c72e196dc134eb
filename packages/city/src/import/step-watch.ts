/** Steps of a stream from which its usual step is learned. */
const STEPS_LEARNED = 64
/** Part of the learned steps that the most frequent one must be, else the stream has no usual step and no gaps. */
const USUAL_SHARE = 0.5
/** Fewer steps than this tell nothing about the usual one. */
const STEPS_MIN = 8

/**
 * Watches the times of one stream as they come: which repeat, run backwards, or leave a gap. Remembers one time and, until the
 * usual step is known, the first steps.
 */
export class StepWatch {
  #lastMs = Number.NaN
  #learned: number[] | undefined = []
  #usualMs = 0
  sameTime = 0
  outOfOrder = 0
  gaps = 0
  longestGapMs = 0

  see(timeMs: number): void {
    const stepMs = timeMs - this.#lastMs
    this.#lastMs = timeMs
    if (Number.isNaN(stepMs)) return
    if (stepMs === 0) {
      this.sameTime++
      return
    }
    if (stepMs < 0) this.outOfOrder++
    // Newest first is as regular as oldest first.
    const length = Math.abs(stepMs)
    if (this.#learned) {
      this.#learned.push(length)
      if (this.#learned.length === STEPS_LEARNED) this.end()
    } else this.#count(length)
  }

  /** Counts what was held back for learning; to be called when the stream's last reading has been seen. */
  end(): void {
    const learned = this.#learned
    if (!learned) return
    this.#learned = undefined
    this.#usualMs = usualStep(learned)
    for (const length of learned) this.#count(length)
  }

  #count(length: number): void {
    // Half a step more than usual: a reading is missing, and not just a day of 25 hours.
    if (this.#usualMs === 0 || length * 2 < this.#usualMs * 3) return
    this.gaps++
    this.longestGapMs = Math.max(this.longestGapMs, length)
  }
}

/** The most frequent length, or 0 when none is frequent enough. */
function usualStep(lengths: readonly number[]): number {
  if (lengths.length < STEPS_MIN) return 0
  const counts = new Map<number, number>()
  let usual = 0
  for (const length of lengths) {
    const count = (counts.get(length) ?? 0) + 1
    counts.set(length, count)
    if (count > (counts.get(usual) ?? 0)) usual = length
  }
  return (counts.get(usual) ?? 0) >= lengths.length * USUAL_SHARE ? usual : 0
}
