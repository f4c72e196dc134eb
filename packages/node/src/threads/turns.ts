/** Milliseconds of work on end, unless said otherwise: a peer, or a page, hardly notices them. */
const TURN_MS = 20

/** Long work on the main thread: after each turn of it others get one. */
export class Turns {
  readonly #turnMs: number
  #untilMs: number

  constructor(turnMs = TURN_MS) {
    this.#turnMs = turnMs
    this.#untilMs = performance.now() + turnMs
  }

  /** It is time to let others have a turn. */
  get isOver(): boolean {
    return performance.now() >= this.#untilMs
  }

  /** Lets others have a turn, and begins the next. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#untilMs = performance.now() + this.#turnMs
  }
}
