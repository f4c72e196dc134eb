import { CompactRange } from './compact-range.ts'
import type { Hashes } from './hash-list.ts'
import { HASH_SIZE, type LogTile, TILE_WIDTH } from './log-store.ts'
import type { MerkleHash } from './merkle-hash.ts'
import { completeSubtrees } from './subtree.ts'
import { tileWidth } from './tile-path.ts'
import type { TreeReader } from './tree-reader.ts'

/** The growing end of the tree: what is needed to append leaves and to write the tiles they touch. */
export class TreeEdge {
  readonly #range: CompactRange
  /** Per level the hashes of the rightmost, not yet full tile. */
  readonly #partial: Uint8Array[][]

  private constructor(range: CompactRange, partial: Uint8Array[][]) {
    this.#range = range
    this.#partial = partial
  }

  static empty(hash: MerkleHash): TreeEdge {
    return new TreeEdge(CompactRange.empty(hash), [])
  }

  /** Reads the edge of a tree of `size` leaves back. @throws LogError `log-damaged` */
  static async read(hash: MerkleHash, reader: TreeReader, size: number): Promise<TreeEdge> {
    const roots = await reader.subtrees(completeSubtrees({ begin: 0, end: size }))
    const partial: Uint8Array[][] = []
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const index = Math.floor(size / TILE_WIDTH ** (level + 1))
      const width = tileWidth(level, index, size)
      const height = level * Math.log2(TILE_WIDTH)
      partial.push(
        await reader.subtrees(Array.from({ length: width }, (_, i) => ({ height, index: index * TILE_WIDTH + i }))),
      )
    }
    return new TreeEdge(CompactRange.from(hash, size, roots), partial)
  }

  get size(): number {
    return this.#range.size
  }

  root(): Uint8Array {
    return this.#range.root()
  }

  copy(): TreeEdge {
    return new TreeEdge(
      this.#range.copy(),
      this.#partial.map((hashes) => [...hashes]),
    )
  }

  /** Appends leaves and returns every tile that changed, whole. */
  append(leafHashes: Hashes): LogTile[] {
    const tiles: LogTile[] = []
    const touched = new Set<number>()
    for (const leafHash of leafHashes) {
      this.#range.push(leafHash, (height, index, hash) => {
        if (height % TILE_HEIGHT !== 0) return
        const level = height / TILE_HEIGHT
        this.#partial[level] ??= []
        const hashes = this.#partial[level]
        hashes.push(hash)
        touched.add(level)
        if (hashes.length === TILE_WIDTH) {
          tiles.push({ level, index: Math.floor(index / TILE_WIDTH), hashes: join(hashes) })
          hashes.length = 0
        }
      })
    }
    for (const level of touched) {
      const hashes = this.#partial[level]!
      if (hashes.length === 0) continue
      tiles.push({ level, index: Math.floor(this.size / TILE_WIDTH ** (level + 1)), hashes: join(hashes) })
    }
    return tiles
  }
}

const TILE_HEIGHT = Math.log2(TILE_WIDTH)

function join(hashes: readonly Uint8Array[]): Uint8Array {
  const tile = new Uint8Array(hashes.length * HASH_SIZE)
  hashes.forEach((hash, i) => {
    tile.set(hash, i * HASH_SIZE)
  })
  return tile
}
