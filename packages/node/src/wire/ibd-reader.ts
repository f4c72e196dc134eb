import { type Cascade, CascadeNode, type CodecError, Reader, readCount, TxBlock } from '@minipolis/minima'

/**
 * Reads a chain download piece by piece, so that a large one neither blocks the thread nor stands in memory as objects: the
 * cascade at once, then one block per step. What it gives are views of the download.
 */
export class IbdReader {
  readonly #r: Reader
  readonly #bytes: Uint8Array
  #blocks: number
  /** Null when the download has none; without nodes for a chain that is still short. */
  readonly cascade: Cascade | null

  /** Reads the cascade. @throws CodecError */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#r = new Reader(bytes)
    this.cascade = this.#r.u8() === 0 ? null : { nodes: this.#nodes() }
    const at = this.#r.offset
    this.#blocks = readCount(this.#r)
    if (this.#blocks > this.#r.remaining) throw this.#tooMany('blocks', this.#blocks, at)
  }

  /** Blocks not read yet, as announced. */
  get remaining(): number {
    return this.#blocks
  }

  /** The next block in the order of the download; undefined after the last. @throws CodecError */
  next(): TxBlock | undefined {
    if (this.#blocks <= 0) return undefined
    this.#blocks--
    return TxBlock.read(this.#r)
  }

  /** A reader at the first block again, for a second pass. */
  again(): IbdReader {
    return new IbdReader(this.#bytes)
  }

  #nodes(): CascadeNode[] {
    const at = this.#r.offset
    const count = readCount(this.#r)
    if (count > this.#r.remaining) throw this.#tooMany('cascade nodes', count, at)
    const nodes: CascadeNode[] = []
    for (let i = 0; i < count; i++) nodes.push(CascadeNode.read(this.#r))
    return nodes
  }

  #tooMany(what: string, count: number, at: number): CodecError {
    return this.#r.fail('count', `${count} ${what} announced, ${this.#r.remaining} bytes left`, at)
  }
}
