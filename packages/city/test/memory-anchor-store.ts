import type { AnchorFounding, AnchorStore, StoredAnchor } from '../src/anchor/index.ts'

const FIRM = new Set(['confirmed', 'buried', 'sealed'])

/** An anchor store in memory. `cut` makes the next write fail, as a power cut does. */
export class MemoryAnchorStore implements AnchorStore {
  foundingKept: AnchorFounding | undefined
  readonly anchors = new Map<number, StoredAnchor>()
  readonly notes = new Map<string, string>()
  /** Writes left before every write fails. */
  writesLeft = Number.POSITIVE_INFINITY

  #write(): void {
    if (this.writesLeft-- <= 0) throw new Error('power cut')
  }

  async founding() {
    return this.foundingKept
  }
  async putFounding(founding: AnchorFounding | undefined) {
    this.#write()
    this.foundingKept = founding
  }
  async put(anchor: StoredAnchor) {
    this.#write()
    this.anchors.set(anchor.serial, anchor)
  }
  async get(serial: number) {
    return this.anchors.get(serial)
  }
  async newest() {
    return this.#sorted().at(-1)
  }
  async covering(size: number) {
    return this.#sorted().find((anchor) => FIRM.has(anchor.state) && anchor.size >= size)
  }
  async due(block: number, limit: number) {
    return this.#sorted()
      .filter((anchor) => anchor.due !== null && anchor.due <= block)
      .slice(0, limit)
  }
  async list(limit: number, before = Number.POSITIVE_INFINITY) {
    return this.#sorted()
      .filter((anchor) => anchor.serial < before)
      .reverse()
      .slice(0, limit)
  }
  async note(name: string) {
    return this.notes.get(name)
  }
  async putNote(name: string, value: string) {
    this.#write()
    this.notes.set(name, value)
  }

  #sorted(): StoredAnchor[] {
    return [...this.anchors.values()].sort((a, b) => a.serial - b.serial)
  }
}
