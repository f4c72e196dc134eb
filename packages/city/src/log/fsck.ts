import { bytesEqual } from '@minipolis/minima'
import { type Ed25519, ed25519 } from '../crypto/index.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { CompactRange } from './compact-range.ts'
import { LogError } from './log-error.ts'
import { HASH_SIZE, type LogStore, TILE_WIDTH } from './log-store.ts'
import { type MerkleHash, merkleHash } from './merkle-hash.ts'
import { type NoteKey, parseNote, verifyNote } from './note.ts'
import type { PublishedHead, PublishedMark } from './published-mark.ts'
import { formatTilePath } from './tile-path.ts'

export type FsckResult =
  | { readonly clean: true; readonly size: number; readonly root: Uint8Array }
  /** `place` is a path of the log's files, or `head`, `checkpoint`, `published mark`. */
  | { readonly clean: false; readonly place: string; readonly detail: string }

export interface FsckParts {
  readonly store: LogStore
  readonly mark?: PublishedMark
  /** The log's note key, to check the newest checkpoint with. */
  readonly key: NoteKey
  readonly hash?: MerkleHash
  readonly ed25519?: Ed25519
}

/**
 * Recomputes every leaf, tile and root from the entries, in one pass and constant memory, and names the first place where
 * the log does not add up.
 */
export async function fsckLog(parts: FsckParts, progress?: (done: number, total: number) => void): Promise<FsckResult> {
  try {
    return await recompute(parts, progress)
  } catch (error) {
    if (error instanceof LogError && error.code === 'log-damaged') {
      return { clean: false, place: String(error.facts.place), detail: error.message }
    }
    throw error
  }
}

async function recompute(parts: FsckParts, progress?: (done: number, total: number) => void): Promise<FsckResult> {
  const hash = parts.hash ?? merkleHash
  const { store } = parts
  const head = await store.state()
  const known = await knownHeads(parts)
  const range = CompactRange.empty(hash)
  const tiles = new TileCheck(store)
  const meet = (size: number) => {
    for (const { place, head } of known) {
      if (head.size === size && !bytesEqual(range.root(), head.root)) {
        throw broken(place, `its root at size ${size} is not the root over the entries`)
      }
    }
  }
  meet(0)
  for (let first = 0; first < head.size; first += TILE_WIDTH) {
    const count = Math.min(TILE_WIDTH, head.size - first)
    const entries = await store.entries(first, count)
    if (entries.length !== count) {
      const place = formatTilePath({ kind: 'entries', level: 0, index: first / TILE_WIDTH, width: TILE_WIDTH })
      throw broken(place, `entry ${first + entries.length} is missing`)
    }
    const completed: { level: number; index: number; hash: Uint8Array }[] = []
    for (const entry of entries) {
      range.push(hash.leaf(entry), (height, index, node) => {
        if (height % 8 === 0) completed.push({ level: height / 8, index, hash: node })
      })
      meet(range.size)
    }
    for (const node of completed) await tiles.expect(node)
    progress?.(range.size, head.size)
  }
  await tiles.expectEnd()
  for (const { place, head: seen } of known) {
    if (seen.size > head.size) throw broken(place, `it names ${seen.size} entries, the database holds ${head.size}`)
  }
  if (!bytesEqual(range.root(), head.root)) throw broken('head', 'the stored root is not the root over the entries')
  return { clean: true, size: head.size, root: head.root }
}

/** Tree heads that the entries must lead to. */
async function knownHeads({ store, mark, key, ed25519: crypto = ed25519 }: FsckParts) {
  const known: { place: string; head: PublishedHead }[] = []
  const published = await mark?.read()
  if (published) known.push({ place: 'published mark', head: published })
  const newest = await store.newestCheckpoint()
  if (newest) {
    try {
      const note = parseNote(newest.text)
      verifyNote(note, [key], crypto)
      known.push({ place: 'checkpoint', head: parseCheckpoint(note.text) })
    } catch (error) {
      if (error instanceof LogError) throw broken('checkpoint', error.message)
      throw error
    }
  }
  return known
}

/** Holds recomputed hashes against stored tiles, reading each tile once. */
class TileCheck {
  readonly #store: Pick<LogStore, 'tile'>
  /** Per level the tile at hand and how far it has been checked. */
  readonly #current: { index: number; hashes: Uint8Array; checked: number }[] = []

  constructor(store: Pick<LogStore, 'tile'>) {
    this.#store = store
  }

  async expect({ level, index, hash }: { level: number; index: number; hash: Uint8Array }): Promise<void> {
    const tile = Math.floor(index / TILE_WIDTH)
    const path = formatTilePath({ kind: 'tile', level, index: tile, width: TILE_WIDTH })
    if (this.#current[level]?.index !== tile) {
      const hashes = await this.#store.tile(level, tile)
      if (!hashes) throw broken(path, 'the tile is missing')
      this.#current[level] = { index: tile, hashes, checked: 0 }
    }
    const current = this.#current[level]
    const at = (index % TILE_WIDTH) * HASH_SIZE
    if (!bytesEqual(current.hashes.subarray(at, at + HASH_SIZE), hash)) {
      const under = level === 0 ? `entry ${index}` : 'the tile below'
      throw broken(path, `hash ${index % TILE_WIDTH} is not that of ${under}`)
    }
    current.checked = at + HASH_SIZE
  }

  /** The rightmost tiles must not hold more than the tree. */
  async expectEnd(): Promise<void> {
    for (const [level, { index, hashes, checked }] of this.#current.entries()) {
      const path = formatTilePath({ kind: 'tile', level, index, width: TILE_WIDTH })
      if (hashes.length !== checked)
        throw broken(path, `the tile has ${hashes.length} bytes, the tree needs ${checked}`)
    }
  }
}

/** Ends the pass at the first broken place. */
const broken = (place: string, detail: string) => new LogError('log-damaged', detail, { place })
