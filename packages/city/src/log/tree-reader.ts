import { foldRight } from './compact-range.ts'
import { LogError } from './log-error.ts'
import { HASH_SIZE, type LogStore, TILE_WIDTH } from './log-store.ts'
import type { MerkleHash } from './merkle-hash.ts'
import { consistencyRanges, inclusionRanges } from './merkle-proof.ts'
import { completeSubtrees, type LeafRange, type Subtree } from './subtree.ts'
import { formatTilePath } from './tile-path.ts'

/** Hashes and proofs of a log, computed from its tiles. Any size up to the durable one may be asked for. */
export class TreeReader {
  readonly #tiles: Pick<LogStore, 'tiles'>
  readonly #hash: MerkleHash

  constructor(tiles: Pick<LogStore, 'tiles'>, hash: MerkleHash) {
    this.#tiles = tiles
    this.#hash = hash
  }

  /** Root hash of the first `size` leaves. @throws LogError `log-damaged` when a tile is missing or short */
  async root(size: number): Promise<Uint8Array> {
    if (size === 0) return this.#hash.empty
    const [root] = await this.hashes([{ begin: 0, end: size }])
    return root!
  }

  /** Proof that leaves `first … first + count - 1` stand in the tree of `size` leaves. @throws LogError `log-range`, `log-damaged` */
  async inclusion(first: number, count: number, size: number): Promise<Uint8Array[]> {
    if (first < 0 || count < 1 || first + count > size) {
      throw new LogError('log-range', `leaves ${first} to ${first + count - 1} are not in a tree of ${size}`, {
        first,
        count,
        size,
      })
    }
    return this.hashes(inclusionRanges(first, count, size))
  }

  /** Proof that the tree of `to` leaves begins with that of `from`. @throws LogError `log-range`, `log-damaged` */
  async consistency(from: number, to: number): Promise<Uint8Array[]> {
    if (from < 0 || from > to)
      throw new LogError('log-range', `a tree of ${to} does not extend one of ${from}`, { from, to })
    return this.hashes(consistencyRanges(from, to))
  }

  /** Hashes of consecutive leaves. @throws LogError `log-damaged` */
  leaves(first: number, count: number): Promise<Uint8Array[]> {
    return this.hashes(Array.from({ length: count }, (_, i) => ({ begin: first + i, end: first + i + 1 })))
  }

  /** The hash over each range, all tiles fetched in one go. @throws LogError `log-damaged` */
  async hashes(ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
    const parts = ranges.map(completeSubtrees)
    const nodes = await this.subtrees(parts.flat())
    let at = 0
    return parts.map((subtrees) => {
      const roots = nodes.slice(at, at + subtrees.length)
      at += subtrees.length
      return foldRight(this.#hash, roots)!
    })
  }

  /** Hashes of complete subtrees, all tiles fetched in one go. @throws LogError `log-damaged` */
  async subtrees(subtrees: readonly Subtree[]): Promise<Uint8Array[]> {
    const places = subtrees.map(placeOf)
    const wanted = new Map(
      places.map((place) => [`${place.level}/${place.tile}`, { level: place.level, index: place.tile }]),
    )
    const found = await this.#tiles.tiles([...wanted.values()])
    const tiles = new Map([...wanted.keys()].map((key, i) => [key, found[i]]))
    return places.map((place) => this.#fold(tiles.get(`${place.level}/${place.tile}`), place))
  }

  #fold(tile: Uint8Array | undefined, { level, tile: index, first, count }: Place): Uint8Array {
    if (!tile || tile.length < (first + count) * HASH_SIZE) {
      const path = formatTilePath({ kind: 'tile', level, index, width: TILE_WIDTH })
      throw new LogError('log-damaged', `${path} is missing or shorter than the tree: run log fsck`, { level, index })
    }
    let row: Uint8Array[] = Array.from({ length: count }, (_, i) =>
      tile.slice((first + i) * HASH_SIZE, (first + i + 1) * HASH_SIZE),
    )
    while (row.length > 1) {
      row = Array.from({ length: row.length / 2 }, (_, i) => this.#hash.node(row[2 * i]!, row[2 * i + 1]!))
    }
    return row[0]!
  }
}

/** Where a complete subtree's hash comes from: `count` neighbouring hashes of one tile. */
interface Place {
  readonly level: number
  readonly tile: number
  readonly first: number
  readonly count: number
}

const TILE_HEIGHT = Math.log2(TILE_WIDTH)

function placeOf({ height, index }: Subtree): Place {
  const level = Math.floor(height / TILE_HEIGHT)
  const count = 2 ** (height % TILE_HEIGHT)
  const start = index * count
  return { level, tile: Math.floor(start / TILE_WIDTH), first: start % TILE_WIDTH, count }
}
