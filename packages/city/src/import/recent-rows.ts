/** Rows and characters remembered at least; a repeated row further apart is still found by the stream that holds it. */
export const RECENT_ROWS = 32_768
export const RECENT_CHARS = 8_388_608

/** The last rows, in bounded memory: two generations, the older one dropped when the younger is full. */
export class RecentRows {
  #young = new Set<string>()
  #old = new Set<string>()
  #chars = 0

  /** Whether the row was seen before; remembers it. */
  seen(row: string): boolean {
    if (this.#young.has(row) || this.#old.has(row)) return true
    if (this.#young.size >= RECENT_ROWS || this.#chars >= RECENT_CHARS) {
      this.#old = this.#young
      this.#young = new Set()
      this.#chars = 0
    }
    this.#young.add(row)
    this.#chars += row.length
    return false
  }
}
