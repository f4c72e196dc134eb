/** Tokens that refill over time: so many at once, so many per second in the long run. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perMs: number
  #tokens: number
  #atMs: number

  constructor(rate: { readonly burst: number; readonly perSecond: number }, nowMs: number) {
    this.#capacity = rate.burst
    this.#perMs = rate.perSecond / 1000
    this.#tokens = rate.burst
    this.#atMs = nowMs
  }

  /** Takes a token if there is one. */
  tryTake(nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  /** A token that was taken is not needed after all. */
  giveBack(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + 1)
  }

  /** Takes tokens that may not be there: what was spent is only known afterwards. */
  spend(count: number, nowMs: number): void {
    this.#refill(nowMs)
    this.#tokens -= count
  }

  /** Milliseconds until a token is there; 0 when one is. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs)
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#perMs)
  }

  #refill(nowMs: number): void {
    // A clock set back must not drain the bucket.
    const passed = Math.max(0, nowMs - this.#atMs)
    this.#atMs = nowMs
    this.#tokens = Math.min(this.#capacity, this.#tokens + passed * this.#perMs)
  }
}
