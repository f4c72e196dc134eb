import { bytesEqual } from '@minipolis/minima'
import { damaged } from './damaged.ts'
import { HASH_SIZE, type LogStore, TILE_WIDTH } from './log-store.ts'
import { formatTilePath } from './tile-path.ts'

/** Hash `index` of a level: that of the complete subtree which begins there. */
export interface TileHash {
  readonly level: number
  readonly index: number
  readonly hash: Uint8Array
}

/** Holds recomputed hashes against stored tiles, reading each tile once. */
export class TileCheck {
  readonly #store: Pick<LogStore, 'tile'>
  /** Per level the tile at hand and how far it has been checked. */
  readonly #current: { index: number; hashes: Uint8Array; checked: number }[] = []

  constructor(store: Pick<LogStore, 'tile'>) {
    this.#store = store
  }

  /** Whether the stored hash is this one. @throws LogError `log-damaged` when the tile has no such hash */
  async holds({ level, index, hash }: TileHash): Promise<boolean> {
    const tile = Math.floor(index / TILE_WIDTH)
    if (this.#current[level]?.index !== tile) {
      const hashes = await this.#store.tile(level, tile)
      if (!hashes) throw damaged(tilePath(level, index), 'the tile is missing')
      this.#current[level] = { index: tile, hashes, checked: 0 }
    }
    const current = this.#current[level]
    const at = (index % TILE_WIDTH) * HASH_SIZE
    if (current.hashes.length < at + HASH_SIZE)
      throw damaged(tilePath(level, index), `the tile has ${current.hashes.length} bytes, the tree needs more`)
    current.checked = at + HASH_SIZE
    return bytesEqual(current.hashes.subarray(at, current.checked), hash)
  }

  /** The stored leaf hashes `first …` of the tile at hand, `count` or fewer. */
  storedLeaves(first: number, count: number): Uint8Array[] {
    const hashes = this.#current[0]?.hashes ?? new Uint8Array(0)
    const from = (first % TILE_WIDTH) * HASH_SIZE
    const whole = Math.min(count, Math.floor((hashes.length - from) / HASH_SIZE))
    return Array.from({ length: whole }, (_, i) => hashes.slice(from + i * HASH_SIZE, from + (i + 1) * HASH_SIZE))
  }

  /** The rightmost tiles must not hold more than the tree, and none may follow them. @throws LogError `log-damaged` */
  async end(): Promise<void> {
    for (const [level, { index, hashes, checked }] of this.#current.entries()) {
      const path = (tile: number) => tilePath(level, tile * TILE_WIDTH)
      if (hashes.length !== checked)
        throw damaged(path(index), `the tile has ${hashes.length} bytes, the tree needs ${checked}`)
      if (await this.#store.tile(level, index + 1))
        throw damaged(path(index + 1), 'the tile lies behind the end of the tree')
    }
  }
}

/** Path of the tile that has hash `index` of a level. */
export const tilePath = (level: number, index: number): string =>
  formatTilePath({ kind: 'tile', level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH })
