import { bytesEqual } from '@minipolis/minima'
import { type Ed25519, ed25519 } from '../crypto/index.ts'
import { CompactRange } from './compact-range.ts'
import { damaged } from './damaged.ts'
import { HeadCheck, type NamedHead } from './head-check.ts'
import { LogError } from './log-error.ts'
import { HASH_SIZE, type LogStore, TILE_WIDTH } from './log-store.ts'
import { type MerkleHash, merkleHash } from './merkle-hash.ts'
import type { NoteKey } from './note.ts'
import type { PublishedMark } from './published-mark.ts'
import { TileCheck, type TileHash, tilePath } from './tile-check.ts'

export type FsckResult =
  | { readonly clean: true; readonly size: number; readonly root: Uint8Array }
  /**
   * `place` is `entry N`, the path of a tile, `checkpoint N`, `head`, `published mark`, or what the audit names: `pack N`,
   * `credential KEY`.
   */
  | { readonly clean: false; readonly place: string; readonly detail: string }

/** Follows the leaves of a log in their order and holds what else is known of them against it. */
export interface LeafAudit {
  /** @throws LogError `log-damaged` */
  take(leaves: readonly Uint8Array[]): Promise<void>
  /** There are no more leaves. @throws LogError `log-damaged` */
  end(): Promise<void>
}

export interface FsckParts {
  readonly store: LogStore
  readonly mark?: PublishedMark
  /** The log's note key, to check checkpoints with. */
  readonly key: NoteKey
  /** Who signed the entries. */
  readonly audit?: LeafAudit
  readonly hash?: MerkleHash
  readonly ed25519?: Ed25519
}

/** Levels of the Merkle tree in one tile. */
const TILE_HEIGHT = Math.log2(TILE_WIDTH)

/** Bytes of a damaged entry that are shown. */
const SHOWN_MAX = 200

/**
 * Recomputes every leaf, tile and root from the entries, in one pass and constant memory, and names the first thing stored that
 * does not match the rest: what stands alone against two others is what was changed.
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

async function recompute(
  { store, mark, key, audit, hash = merkleHash, ed25519: crypto = ed25519 }: FsckParts,
  progress?: (done: number, total: number) => void,
): Promise<FsckResult> {
  const heads = await HeadCheck.open({ store, mark, key, ed25519: crypto })
  const { size, root } = heads
  const tiles = new TileCheck(store)
  let range = CompactRange.empty(hash)
  assertNone(contradicted(range, await heads.heads(0, 0)))
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const entries = await readEntries(store, first, Math.min(TILE_WIDTH, size - first), size)
    const leaves = entries.map((entry) => hash.leaf(entry))
    const stretch = { before: range, first, heads: await heads.heads(first + 1, first + leaves.length) }
    const walked = walk(stretch, leaves)
    for (const [i, leaf] of leaves.entries())
      if (!(await tiles.holds({ level: 0, index: first + i, hash: leaf }))) {
        const stored = tiles.storedLeaves(first, leaves.length)
        const parent = leaves.length === TILE_WIDTH ? await storedParent(store, first) : undefined
        throw blame(stretch, i, entries[i]!, { leaves, stored, parent, hash })
      }
    for (const node of walked.upper)
      if (!(await tiles.holds(node)))
        throw damaged(tilePath(node.level, node.index), `hash ${node.index % TILE_WIDTH} is not that of the tile below`)
    await audit?.take(leaves)
    // Last: entries and tiles that agree are right, unless a signature says otherwise.
    assertNone(walked.contradicted)
    range = walked.after
    progress?.(range.size, size)
  }
  if ((await store.entries(size, 1)).length > 0) {
    const goesOn = (await hasLeaf(store, size)) || heads.beyond !== undefined
    if (goesOn) throw damaged('head', `it names ${size} entries, but the log goes on behind them`)
    throw damaged(`entry ${size}`, `it stands behind the end of the log, which has ${size} entries`)
  }
  await tiles.end()
  await audit?.end()
  const { beyond } = heads
  if (beyond) throw damaged(beyond.place, `it names ${beyond.size} entries, the database holds ${size}`)
  return { clean: true, size, root }
}

/** The entries below one tile: what was there before them, and the tree heads that end among them. */
interface Stretch {
  readonly before: CompactRange
  readonly first: number
  readonly heads: readonly NamedHead[]
}

interface Walked {
  readonly after: CompactRange
  /** Hashes of tiles above the leaves that these leaves complete. */
  readonly upper: readonly TileHash[]
  /** The first head that does not follow from the leaves. */
  readonly contradicted: NamedHead | undefined
}

function walk({ before, heads }: Stretch, leaves: readonly Uint8Array[]): Walked {
  const after = before.copy()
  const upper: TileHash[] = []
  const wrong = new Set<NamedHead>()
  for (const leaf of leaves) {
    after.push(leaf, (height, index, hash) => {
      if (height > 0 && height % TILE_HEIGHT === 0) upper.push({ level: height / TILE_HEIGHT, index, hash })
    })
    const found = contradicted(after, heads)
    if (found) wrong.add(found)
  }
  return { after, upper, contradicted: heads.find((head) => wrong.has(head)) }
}

/** The first of the heads at this size whose root is another. */
const contradicted = (range: CompactRange, heads: readonly NamedHead[]): NamedHead | undefined =>
  heads.find(({ size, root }) => size === range.size && !bytesEqual(range.root(), root))

function assertNone(head: NamedHead | undefined): void {
  if (head) throw damaged(head.place, `its root at size ${head.size} is not the root over the entries`)
}

/** Entries of one tile. @throws LogError `log-damaged` with the first that is missing */
async function readEntries(store: LogStore, first: number, count: number, size: number): Promise<Uint8Array[]> {
  const entries = await store.entries(first, count)
  if (entries.length === count) return entries
  for (let index = first; index < first + count; index++) {
    if ((await store.entries(index, 1)).length > 0) continue
    if (await hasLeaf(store, index)) throw damaged(`entry ${index}`, `entry ${index} is missing`)
    throw damaged('head', `it names ${size} entries; of entry ${index} neither text nor hash is there`)
  }
  throw damaged(`entry ${first}`, `of the ${count} entries from ${first} on, ${entries.length} were found`)
}

/** Whether a tile has the hash of this entry. */
async function hasLeaf(store: LogStore, index: number): Promise<boolean> {
  const hashes = await store.tile(0, Math.floor(index / TILE_WIDTH))
  return hashes !== undefined && hashes.length >= ((index % TILE_WIDTH) + 1) * HASH_SIZE
}

/** Hash of a full tile of leaves, as the tile above it has it. */
async function storedParent(store: LogStore, first: number): Promise<Uint8Array | undefined> {
  const tile = first / TILE_WIDTH
  const at = (tile % TILE_WIDTH) * HASH_SIZE
  const hashes = await store.tile(1, Math.floor(tile / TILE_WIDTH))
  return hashes && hashes.length >= at + HASH_SIZE ? hashes.subarray(at, at + HASH_SIZE) : undefined
}

interface Dispute {
  /** Hashes of the entries as they are now. */
  readonly leaves: readonly Uint8Array[]
  /** Leaf hashes as the tile has them. */
  readonly stored: readonly Uint8Array[]
  readonly parent: Uint8Array | undefined
  readonly hash: MerkleHash
}

/** An entry and its stored leaf hash disagree: whichever the hashes above bear out is right, and the other was changed. */
function blame(stretch: Stretch, at: number, entry: Uint8Array, dispute: Dispute): LogError {
  const { leaves, stored, parent, hash } = dispute
  const index = stretch.first + at
  const tile = tilePath(0, index)
  const witnesses = { ...stretch, heads: stretch.heads.filter(({ size }) => size > index) }
  const isBorneOut = (candidates: readonly Uint8Array[]): boolean => {
    if (candidates.length < leaves.length) return false
    if (parent && bytesEqual(treeRoot(hash, candidates), parent)) return true
    return witnesses.heads.some((head) => !walk({ ...witnesses, heads: [head] }, candidates).contradicted)
  }
  const entriesHold = isBorneOut(leaves)
  if (!entriesHold && isBorneOut(stored)) {
    const shown = new TextDecoder().decode(entry.subarray(0, SHOWN_MAX))
    return damaged(
      `entry ${index}`,
      `entry ${index} is not what was logged; its hash in ${tile} is borne out by the tree, the entry now says ${shown}`,
    )
  }
  const doubt = entriesHold ? '' : ', and nothing above says which of them was changed'
  return damaged(tile, `hash ${at} is not that of entry ${index}${doubt}`)
}

function treeRoot(hash: MerkleHash, leaves: readonly Uint8Array[]): Uint8Array {
  const range = CompactRange.empty(hash)
  for (const leaf of leaves) range.push(leaf)
  return range.root()
}
