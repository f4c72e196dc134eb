/** Milliseconds until a connection must have greeted, or have put its one question. */
export const GREETING_MS = 20_000
/** Milliseconds that a connection may stay for one-time questions alone. */
const QUESTIONS_MS = 120_000
/** Milliseconds that the one who resyncs waits for a whole chain with its coins. Source: spec 06 section 10 */
const LARGE_ANSWER_MS = 180_000
/** Milliseconds without a complete message after which a connection ends. Source: spec 06 section 10 */
export const IDLE_MS = 600_000

/** How long a connection may be silent, and how long it may stay without a greeting. */
export class Deadlines {
  readonly #openedMs: number
  #heardMs: number
  /** A one-time question gives a connection the same time again for the next one. */
  #servedMs: number
  #largeAnswerMs = 0

  constructor(nowMs: number) {
    this.#openedMs = nowMs
    this.#heardMs = nowMs
    this.#servedMs = nowMs
  }

  get openedMs(): number {
    return this.#openedMs
  }

  /** A complete message came. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs
  }

  /** A one-time question came. */
  questioned(nowMs: number): void {
    this.#servedMs = nowMs
  }

  /** A question came whose answer takes long to send. */
  largeAnswer(): void {
    this.#largeAnswerMs = LARGE_ANSWER_MS
  }

  isIdle(nowMs: number): boolean {
    return nowMs - this.#heardMs >= IDLE_MS
  }

  /** Whether a connection without a greeting has been here too long. */
  isGreetingLate(nowMs: number): boolean {
    const lateMs = Math.max(GREETING_MS, this.#largeAnswerMs)
    return nowMs - this.#servedMs >= lateMs || nowMs - this.#openedMs >= Math.max(QUESTIONS_MS, lateMs)
  }
}
