import { formatAddress, type PeerAddress } from './peer-address.ts'

/** Where known peers stay from one run of the node to the next. */
export interface PeerMemory {
  /** What was saved; what cannot be read is left out. */
  load(): readonly PeerAddress[]
  /** Takes the place of what was saved, all at once. */
  save(peers: readonly PeerAddress[]): void
}

/** Milliseconds between two looks at whether the known peers changed. */
const SAVE_MS = 60_000

/** Saves the known peers when they changed, not more often than once a minute. */
export class PeerKeeper {
  /** What an earlier run left. */
  readonly remembered: readonly PeerAddress[]
  readonly #memory: PeerMemory
  #saved: string
  #atMs: number

  constructor(memory: PeerMemory, nowMs: number) {
    this.#memory = memory
    this.remembered = memory.load()
    this.#saved = textOf(this.remembered)
    this.#atMs = nowMs
  }

  tick(known: () => readonly PeerAddress[], nowMs: number): void {
    if (nowMs - this.#atMs < SAVE_MS) return
    this.#atMs = nowMs
    this.save(known())
  }

  /** An empty list is never saved: then the node was offline, and the old one is worth more. */
  save(known: readonly PeerAddress[]): void {
    const text = textOf(known)
    if (known.length === 0 || text === this.#saved) return
    this.#memory.save(known)
    this.#saved = text
  }
}

const textOf = (peers: readonly PeerAddress[]): string => peers.map(formatAddress).sort().join()
