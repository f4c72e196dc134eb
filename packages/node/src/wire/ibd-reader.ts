import { type Cascade, CascadeNode, type CodecError, Reader, readCount, TxBlock } from '@minipolis/minima'

/** Nodes of a cascade: honest ones have 256 per level at most, and need few of the 32 levels. */
export const CASCADE_NODES_MAX = 10_000
/** Bytes of one block with its coins, so that a single false one cannot keep the thread busy for long. */
export const TXBLOCK_BYTES_MAX = 16 * 1024 * 1024

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

  /** Bytes read so far: after the last block, the length of the download. */
  get offset(): number {
    return this.#r.offset
  }

  /** The next block in the order of the download; undefined after the last. @throws CodecError */
  next(): TxBlock | undefined {
    if (this.#blocks <= 0) return undefined
    this.#blocks--
    const at = this.#r.offset
    const window = new Reader(this.#bytes.subarray(at, at + TXBLOCK_BYTES_MAX))
    const block = TxBlock.read(window)
    this.#r.offset = at + window.offset
    return block
  }

  /** A reader at the first block again, for a second pass. */
  again(): IbdReader {
    return new IbdReader(this.#bytes)
  }

  #nodes(): CascadeNode[] {
    const at = this.#r.offset
    const count = readCount(this.#r)
    if (count > Math.min(this.#r.remaining, CASCADE_NODES_MAX)) throw this.#tooMany('cascade nodes', count, at)
    const nodes: CascadeNode[] = []
    for (let i = 0; i < count; i++) nodes.push(CascadeNode.read(this.#r))
    return nodes
  }

  #tooMany(what: string, count: number, at: number): CodecError {
    return this.#r.fail('count', `${count} ${what} announced, ${this.#r.remaining} bytes left`, at)
  }
}
