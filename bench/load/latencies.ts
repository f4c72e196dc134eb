/** Times from sending to acknowledgement. */
export class Latencies {
  readonly #ms: number[] = []

  add(ms: number): void {
    this.#ms.push(ms)
  }

  get count(): number {
    return this.#ms.length
  }

  /** The time within which a part of them was answered, in milliseconds. @param part 0 to 1 */
  within(part: number): number {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
  }
}
